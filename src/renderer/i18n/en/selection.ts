export const selection = {
  many: 'nothing selected | one object selected | {n} objects selected: a change is for all of them',
  mixed: 'mixed',
  state: 'State',
  locked: 'Locked',
  hidden: 'Hidden',
  order: 'Order',
  lockedMark: 'locked',
  groupedMark: 'in a group',
  lock: 'Lock {name}',
  unlock: 'Unlock {name}',
  selectAllOf: 'Select all {name} (with Shift: add them)',
  unseenKept:
    'Nothing hidden is selected. | One selected object is hidden and was not deleted. Show it first. | {n} selected objects are hidden and were not deleted. Show them first.',
  held: 'A locked object would have changed, so nothing did. Unlock it first ({keys}).',
  commands: {
    selectClass: 'Select everything of the same class',
    group: 'Group the selection',
    ungroup: 'Ungroup the selection',
    lock: 'Lock or unlock the selection',
    unlockAll: 'Unlock everything',
  },
}
