export const saving = {
  title: 'Changes that are not saved',
  refused: 'Not saved: {what}. {why} It stays in this window until you try it again or give it up.',
  away: 'Not saved: {what}. It belongs to the project “{project}” and is saved as soon as that is open again; keep this window open until then.',
  elsewhere:
    'Not saved: {what}. It was done in “{project}” in the folder {path}; the open project is the same one in another folder, moved or copied. Open that folder again, or save it here.',
  asked:
    'No questions wait. | In the project “{project}” one change made in two windows waits for your choice: {pictures}. Open it to choose. | In the project “{project}” {n} changes made in two windows wait for your choice: {pictures}. Open it to choose.',
  refusedIn: 'Not saved in “{picture}”: {what}. {why} It stays in this window until you try it again or give it up.',
  words: {
    texts: 'The texts of “{picture}” are not saved:',
    comment: 'A comment on “{picture}” is not sent:',
    reply: 'An answer to a comment on “{picture}” is not sent:',
    reason: '“{picture}” is not rejected yet; the reason you wrote:',
    tag: 'A tag that you wrote is not given to “{picture}” yet:',
  },
  wordsAway: 'Words about “{picture}” are not saved; they belong to the project “{project}”, which is not open:',
  copy: 'the words',
  openProject: 'Open the project',
  here: 'Save it here',
  nowhere: 'Not saved: {what}. No project was open when it was done, so it cannot be saved any more.',
  open: 'Open the picture',
  again: 'Try again',
  drop: 'Give up',
  sure: 'Nothing to give up | Give up this change for good | Give up {n} changes for good',
  closing: {
    title: 'Close although not everything is saved?',
    text: 'All changes are saved; only words that are still being written would be lost. | One change is in this window only and would be lost. | {n} changes are in this window only and would be lost.',
    wait: 'The changes are still on their way; a moment longer, and they are saved.',
    stay: 'Keep the window open',
    discard: 'Close and lose them',
  },
}
