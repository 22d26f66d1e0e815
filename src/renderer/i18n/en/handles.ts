export const handles = {
  turnLeft: 'Turn the selection by 15° to the left',
  turnRight: 'Turn the selection by 15° to the right',
  turnLeftBit: 'Turn the selection by 1° to the left',
  turnRightBit: 'Turn the selection by 1° to the right',
  resampled: 'The pixels of the mask were worked out anew by the nearest pixel. Undo brings back the exact ones.',
}
