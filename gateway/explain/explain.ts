import { newExplanation, type CallerReasons, type Explanation } from '../explanation.ts';
import type { Answer, Closing, Executed, Explained, Stage, Tenanted } from '../request.ts';

const PERMISSION = 'request.explain';
const HEADER = 'chorus-explain';

/** Begins an explanation for callers who may have one and ask for it; nobody else can tell that there are any. */
export const explain =
  (
    reasonsOf: (request: Tenanted) => CallerReasons | Promise<CallerReasons>,
  ): Stage<Tenanted, Pick<Explained, 'explanation'>> =>
  (request) =>
    request.headers[HEADER] === '1' && request.rights.scopes.has(PERMISSION)
      ? begun(reasonsOf(request))
      : { explanation: undefined };

const begun = async (reasons: CallerReasons | Promise<CallerReasons>) => ({
  explanation: newExplanation(await reasons),
});

/** Puts the explanation beside the answer; a request refused before anybody judged it has none. */
export const explained =
  (closing: Closing<Executed>): Closing<Executed> =>
  (request, failure) => {
    const answer = closing(request, failure);
    const { explanation } = request;
    const isTold = explanation !== undefined && (failure === undefined || explanation.judged());
    return isTold ? withWhy(answer, explanation) : answer;
  };

const withWhy = (answer: Answer, explanation: Explanation): Answer => ({
  ...answer,
  body: { ...answer.body, extensions: { why: explanation.told() } },
});
