export const safety = {
  disk: {
    title: 'Read-only.',
    waiting:
      'Nothing waits to be saved. | Not saved: {what}. It waits in this window, so keep it open; saving goes on by itself. | Not saved ({n} changes): {what}. They wait in this window, so keep it open; saving goes on by itself.',
    more: '{first} and {n} more',
    denied: 'Nothing can be changed until saving works again.',
  },
  conflict: {
    title: 'Changed in two windows',
    text: 'Your version is dashed, the stored one is drawn as usual. Nothing is overwritten until you choose.',
    open: 'Open the other picture',
    kinds: {
      changed: 'changed here and elsewhere',
      deletedThere: 'changed here, deleted elsewhere',
      deletedHere: 'deleted here, changed elsewhere',
    },
    mine: { changed: 'Use mine', deletedThere: 'Bring it back with my change', deletedHere: 'Delete it' },
    theirs: { changed: 'Keep theirs', deletedThere: 'Leave it deleted', deletedHere: 'Keep theirs' },
    both: 'Keep both',
    all: { mine: 'All mine', theirs: 'All theirs' },
  },
}
