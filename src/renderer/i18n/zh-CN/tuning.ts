import type { tuning as en } from '../en/tuning.ts'

export const tuning: typeof en = {
  tasks: { all: '全部任务', semanticSegmentation: '语义分割', promptedMask: '智能选取' },
  task: '任务',
  metrics: {
    noc: '达到 {n}% IoU 的点击数',
    iou: '1 次点击后的 IoU | 1 次点击后的 IoU | {n} 次点击后的 IoU',
    mask: '掩码损失，第 {n} 次应答',
    quality: 'IoU 预测损失，第 {n} 次应答',
  },
  charts: {
    clicks: '达到目标 IoU 的点击数（越少越好）',
    overlap: '点击后的 IoU（%）',
    masks: '各次应答的掩码损失',
    qualities: '各次应答的 IoU 预测损失',
  },
  result: {
    title: '训练前后对比',
    text: '在验证集的对象上模拟点击得出，这些对象没有参与训练。',
    waiting: '训练开始前会先测一次，作为“训练前”的成绩。',
    measuring: '已测得训练前的成绩，首次验证后显示训练后的成绩。',
    ended: '训练在测量之前就结束了。',
    columns: { score: '指标', before: '训练前', after: '训练后', difference: '差异' },
    afterStep: '第 {step} 步',
    beforeStep: '未微调',
    clicks: '达到 {n}% IoU 的点击数（NoC{n}）',
    iou: '1 次点击后的 IoU（%） | 1 次点击后的 IoU（%） | {n} 次点击后的 IoU（%）',
    better: '变好 {value}',
    worse: '变差 {value}',
    equal: '没有差异',
    verdict: {
      better: '在您的图片上变好了：3 次点击后的 IoU 由 {iouBefore}% 变为 {iou}%，达到 85% 的点击数由 {clicksBefore} 次变为 {clicks} 次。',
      worse:
        '在您的图片上变差了：3 次点击后的 IoU 由 {iouBefore}% 变为 {iou}%，达到 85% 的点击数由 {clicksBefore} 次变为 {clicks} 次。建议继续使用原来的模型。',
      same: '在您的图片上没有明显差别，原来的模型同样好用。',
      mixed:
        '有好有坏：3 次点击后的 IoU 由 {iouBefore}% 变为 {iou}%，达到 85% 的点击数由 {clicksBefore} 次变为 {clicks} 次。使用前请先查看样本。',
    },
  },
  cache: {
    title: '智能选取的图片缓存',
    size: '占用磁盘',
    used: '无 | {size}，1 份嵌入 | {size}，{n} 份嵌入',
    share: '已用上限的比例',
    limit: '上限',
    empty: '清空',
    emptied: '已释放 {size}。',
    text: '图片编码一次后，点击即可立即得到结果，重启后依然有效。超出上限时先删除最久未用的，删除后可随时重新生成。',
  },
}
