/** Where the pieces of a page go that is sent as it is made; `htmlStream` looks for exactly this. */
export const PiecesHere = () => <template data-pieces="here" />
