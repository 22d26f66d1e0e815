export const aids = {
  on: '{what}: on',
  off: '{what}: off',
  switches: {
    snap: 'Snap to neighbours and to the border of the picture (hold Alt: off)',
    follow: 'Follow borders between two snapped points (hold Ctrl: the opposite)',
    together: 'Move shared vertices of neighbours together (hold Ctrl: the opposite)',
  },
  otherWay: 'Follow the border the other way round',
}
