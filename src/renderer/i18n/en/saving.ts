export const saving = {
  title: 'Changes that are not saved',
  refused: 'Not saved: {what}. {why} It stays in this window until you try it again or give it up.',
  away: 'Not saved: {what}. It belongs to the project “{project}” and is saved as soon as that is open again; keep this window open until then.',
  nowhere: 'Not saved: {what}. No project was open when it was done, so it cannot be saved any more.',
  open: 'Open the picture',
  again: 'Try again',
  drop: 'Give up',
  sure: 'Nothing to give up | Give up this change for good | Give up {n} changes for good',
  closing: {
    title: 'Close although not everything is saved?',
    text: 'All changes are saved; only words that are still being written would be lost. | One change is in this window only and would be lost. | {n} changes are in this window only and would be lost.',
    stay: 'Keep the window open',
    discard: 'Close and lose them',
  },
}
