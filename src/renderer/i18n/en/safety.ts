export const safety = {
  disk: {
    title: 'Read-only.',
    waiting:
      'Nothing waits to be saved. | Not saved: {what}. It waits in this window, so keep it open; saving goes on by itself. | Not saved ({n} changes): {what}. They wait in this window, so keep it open; saving goes on by itself.',
    more: '{first} and {n} more',
    denied: 'Nothing can be changed until saving works again.',
  },
}
