import type { NamedGrant, Why } from '../explanation.ts';

/** What the page shows of one place of the answer, in the order of its columns. */
export interface WhyRow {
  denied: boolean;
  cells: readonly string[];
}

/** The rows of the panel. The page runs this very text, so it must use nothing but its argument. */
export function whyRows(why: Why | undefined): WhyRow[] {
  const named = ({ role = 'its scope', effect, id }: NamedGrant) =>
    `${effect} by ${role}${id === undefined ? '' : ` (${id})`}`;
  return Object.entries(why?.paths ?? {}).map(([path, { access, feature, cost, fetch, cache }]) => {
    const { rules = [], grant } = access ?? {};
    const verdict = access === undefined ? '' : (access.code ?? 'allowed');
    const own = grant?.effect === undefined ? grant?.scope : named({ ...grant, effect: grant.effect });
    const owner = grant?.owner === undefined ? undefined : `its owner: ${named(grant.owner)}`;
    return {
      denied: access?.allowed === false,
      cells: [
        path,
        verdict,
        rules.join(' '),
        [own, owner].filter((part) => part !== undefined).join('; '),
        feature === undefined
          ? ''
          : `${feature.flag} ${feature.on ? 'on' : 'off'} (${[feature.layer, feature.rule].filter(Boolean).join(' ')})`,
        `${cost ?? ''}`,
        fetch?.subgraph ?? '',
        `${fetch?.ms ?? ''}`,
        cache?.state ?? '',
      ],
    };
  });
}

const COLUMNS = ['path', 'verdict', 'rule', 'grant', 'feature', 'cost', 'subgraph', 'ms', 'cache'];

/** Shows `extensions.why` beside the result; nothing where an answer has none. */
export const WHY_PANEL = `
<style>
  #chorus-why { position: fixed; inset: 0 0 0 auto; width: 46vw; overflow: auto; z-index: 5; font: 12px system-ui; background: #fff; color: #1b2240; border-left: 2px solid #1b2240; }
  #chorus-why table { border-collapse: collapse; width: 100%; }
  #chorus-why th, #chorus-why td { padding: 3px 6px; text-align: left; vertical-align: top; border-bottom: 1px solid #dde; overflow-wrap: break-word; }
  #chorus-why td:first-child, #chorus-why td:nth-child(3) { overflow-wrap: anywhere; }
  #chorus-why th { position: sticky; top: 0; background: #eef; }
  #chorus-why .denied { background: #fde8e8; }
  #chorus-why button { float: right; margin: 2px; }
  body.chorus-explained #root { width: 54vw; }
  body.chorus-explained .graphiql-container { width: 100% !important; }
</style>
<aside id="chorus-why" aria-label="Why the answer is as it is" hidden>
  <button aria-label="Close">×</button>
  <table><thead><tr>${COLUMNS.map((name) => `<th>${name}</th>`).join('')}</tr></thead><tbody></tbody></table>
</aside>
<script>
  (() => {
    const whyRows = ${String(whyRows)};
    const panel = document.querySelector('#chorus-why');
    const show = (rows) => {
      panel.hidden = rows.length === 0;
      document.body.classList.toggle('chorus-explained', rows.length > 0);
      panel.querySelector('tbody').replaceChildren(...rows.map(({ denied, cells }) => {
        const line = document.createElement('tr');
        line.className = denied ? 'denied' : '';
        for (const cell of cells) line.insertCell().textContent = cell;
        return line;
      }));
    };
    panel.querySelector('button').addEventListener('click', () => show([]));
    const plainFetch = window.fetch.bind(window);
    window.fetch = async (input, init) => {
      const answer = await plainFetch(input, init);
      const url = new URL(typeof input === 'string' ? input : input.url ?? String(input), location.href);
      if (url.pathname === '/explore/graphql')
        answer.clone().json().then((body) => show(whyRows(body.extensions?.why)), () => show([]));
      return answer;
    };
  })();
</script>`;
