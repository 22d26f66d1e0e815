export const keys = {
  none: 'no key',
  groups: {
    pictures: 'Pictures',
    tools: 'Tools',
    canvas: 'On the canvas',
    edit: 'Editing',
    view: 'View',
    classes: 'Classes',
  },
  canvas: {
    finish: 'Finish the shape; set a point at the cursor',
    back: 'Take back the last point; delete the active vertex',
    cancel: 'Cancel; deselect; back to selecting',
    holdPan: 'Move the picture while held',
    nudge: 'Move the selection, the active vertex or the cursor by one pixel',
    nudgeFar: 'The same by ten pixels',
    grow: 'Change the size of the selected boxes',
  },
}
