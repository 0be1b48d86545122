/** The wording of graphql-js without its guesses, which would tell names the caller did not know. */
export const withoutGuesses = (message: string): string => message.replace(/ Did you mean [\s\S]*\?$/, '');
