export const tuning = {
  tasks: { all: 'All tasks', semanticSegmentation: 'Segmentation', promptedMask: 'Smart select' },
  task: 'Task',
  metrics: {
    noc: 'clicks to {n} % IoU',
    iou: 'IoU after 1 click | IoU after 1 click | IoU after {n} clicks',
    mask: 'mask loss, answer {n}',
    quality: 'loss of the predicted IoU, answer {n}',
  },
  charts: {
    clicks: 'Clicks to the wanted IoU (fewer is better)',
    overlap: 'IoU after clicks, %',
    masks: 'Mask loss by answer',
    qualities: 'Loss of the predicted IoU by answer',
  },
  result: {
    title: 'Before and after',
    text: 'Simulated clicks on the objects of the validation split, which the training never saw.',
    waiting: 'The first measurement comes before the first step: it is the “before”.',
    measuring: 'Measured before the training. The “after” comes with the first validation.',
    ended: 'The training ended before it was measured.',
    columns: { score: 'Score', before: 'Before', after: 'After', difference: 'Difference' },
    afterStep: 'step {step}',
    beforeStep: 'untrained',
    clicks: 'Clicks to {n} % IoU (NoC{n})',
    iou: 'IoU after 1 click, % | IoU after 1 click, % | IoU after {n} clicks, %',
    better: '{value} better',
    worse: '{value} worse',
    equal: 'no difference',
    verdict: {
      better:
        'Better on your pictures: {iou} % IoU after 3 clicks instead of {iouBefore} %, and {clicks} clicks instead of {clicksBefore} to reach 85 %.',
      worse:
        'It became worse on your pictures: {iou} % IoU after 3 clicks instead of {iouBefore} %, and {clicks} clicks instead of {clicksBefore} to reach 85 %. Keep the model you have.',
      same: 'No real difference on your pictures: the model you have does as well.',
      mixed:
        'Better in one, worse in the other: {iou} % IoU after 3 clicks instead of {iouBefore} %, and {clicks} clicks instead of {clicksBefore} to reach 85 %. Look at the samples before you use it.',
    },
  },
  cache: {
    title: 'Smart select: what it remembers of pictures',
    size: 'On the disk',
    used: 'nothing | {size}, 1 embedding | {size}, {n} embeddings',
    share: 'Share of the limit in use',
    limit: 'At most',
    empty: 'Empty',
    emptied: '{size} freed.',
    text: 'A picture is encoded once; clicks then answer at once, also after a restart. What was used longest ago goes first, and everything can be made again.',
  },
}
