export const review = {
  signed: '{status}, {by}, {at}',
  signedNote: '{status}, {by}, {at}: {note}',
  unknownBy: 'name not kept',
  by: 'Set by',
  note: 'Reason',
  rejected: '{n} rejected',
  lost: '{name} was changed after its review: it counts as done, and waits for another review. Undo brings the review back.',
  keep: 'Still reviewed',
}
