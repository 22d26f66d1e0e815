export const aids = {
  on: '{what}: on',
  off: '{what}: off',
  switches: {
    snap: 'Snap to neighbours and to the border of the picture (hold Alt: off)',
    follow: 'Follow borders between two snapped points (hold Ctrl: the opposite)',
    together: 'Move shared vertices of neighbours together (hold Ctrl: the opposite)',
  },
  chooseClass: 'Choose the class of the selection by name (or double-click an object)',
  classes: 'Class of the selection',
  findClass: 'Find a class…',
  noClass: 'No class is called “{text}”.',
  otherWay: 'Follow the border the other way round',
}
