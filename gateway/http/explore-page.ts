import { WHY_PANEL } from './explore-why.ts';

const ANY_QUERY = `query Welcome {
  __typename
}
`;
const DEMO_QUERY = `# Sign in as somebody above, then run this.
query Welcome {
  tenant {
    name
  }
  mentions(first: 3) {
    nodes {
      text
    }
  }
}
`;

/** A self-hosted GraphiQL; loaded only when somebody opens the page, because it weighs nine megabytes. */
export async function explorePage(withSignIn: boolean): Promise<string> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL({
    title: 'Chorus',
    endpoint: '/explore/graphql',
    defaultQuery: withSignIn ? DEMO_QUERY : ANY_QUERY,
    credentials: 'same-origin',
  });
  const added = withSignIn ? `${WHY_PANEL}\n${SIGN_IN_BAR}` : WHY_PANEL;
  return html.replace('<div id="root"></div>', () => `${added}\n<div id="root"></div>`);
}

/** Wraps fetch before GraphiQL starts, so that the chosen person's token goes along with every operation, and the reasons come back. */
const SIGN_IN_BAR = `
<style>
  body { margin: 0; overflow: hidden; }
  #chorus-bar { display: flex; gap: 8px; align-items: center; height: 36px; padding: 0 12px; font: 14px system-ui; background: #1b2240; color: #fff; box-sizing: border-box; }
  #chorus-bar select { font: inherit; }
  #root { height: calc(100vh - 36px) !important; }
  #chorus-why { top: 36px !important; }
</style>
<div id="chorus-bar"><label>Sign in as <select id="chorus-person"><option value="">nobody</option></select></label><span id="chorus-state"></span></div>
<script>
  (() => {
    const plainFetch = window.fetch.bind(window);
    const person = document.querySelector('#chorus-person');
    const state = document.querySelector('#chorus-state');
    // What GraphiQL knows of the schema depends on who asks, and it asks when the page is loaded.
    const kept = JSON.parse(sessionStorage.getItem('chorus-caller') ?? '{}');
    const { token } = kept;
    window.fetch = (input, init = {}) => {
      const url = new URL(typeof input === 'string' ? input : input.url ?? String(input), location.href);
      if (token === undefined || url.pathname !== '/explore/graphql') return plainFetch(input, init);
      const headers = new Headers(init.headers);
      if (!headers.has('authorization')) headers.set('authorization', 'Bearer ' + token);
      headers.set('chorus-explain', '1');
      return plainFetch(input, { ...init, headers });
    };
    plainFetch('/explore/people').then((answer) => answer.json()).then(({ people = [] }) => {
      for (const { email, tenant, role } of people) {
        const option = new Option(email + ' (' + tenant + ', ' + role + ')', JSON.stringify({ email, tenant }));
        person.append(option);
      }
      person.value = kept.person ?? '';
      if (token !== undefined) state.textContent = 'signed in';
    });
    person.addEventListener('change', async () => {
      sessionStorage.removeItem('chorus-caller');
      if (person.value === '') return location.reload();
      const answer = await plainFetch('/explore/sign-in', { method: 'POST', headers: { 'content-type': 'application/json' }, body: person.value });
      const { accessToken } = await answer.json();
      if (accessToken === undefined) return void (state.textContent = 'could not be signed in');
      sessionStorage.setItem('chorus-caller', JSON.stringify({ person: person.value, token: accessToken }));
      location.reload();
    });
  })();
</script>`;
