export const jobs = {
  phase: {
    queued: 'waiting',
    starting: 'starting',
    cancelling: 'cancelling',
    generate: 'drawing the pictures',
    drawing: 'drawing the pictures',
    scan: 'looking through the folder',
    origin: 'finding out where box coordinates begin',
    read: 'reading pictures and labels',
    finish: 'finishing',
    write: 'writing files',
    freezing: 'freezing the dataset',
    exporting: 'exporting and checking against the training network',
    augmenting: 'preparing samples',
    evaluating: 'evaluating',
  },
}
