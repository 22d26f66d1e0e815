/** How sure a model is of the pictures of a dataset. */
export const certainty = {
  title: 'Certainty of a model',
  ask: 'Ask a model',
  by: '{n} of {total} pictures by {model}, {time}',
  gone: 'a model that is gone',
  hint: 'Find the doubtful ones with score:<0.8 in the search field, or walk through them on the Label page by “Most uncertain”.',
  noModel: 'With an exported model the pictures can be ranked by how sure it is of them.',
  scored: 'No picture was new. | The model looked at one picture. | The model looked at {n} pictures.',
  known: 'None was known. | One was known. | {n} were known.',
  failed: 'All could be looked at. | One could not be looked at: {names}. | {n} could not be looked at: {names}.',
  more: '{first} and {n} more',
}
