import type { certainty as en } from '../en/certainty.ts'

export const certainty: typeof en = {
  title: '模型置信度',
  ask: '用模型评估',
  by: '{model} 已评估 {n} / {total} 张图片，{time}',
  gone: '已删除的模型',
  hint: '在搜索框输入 score:<0.8 可筛选模型没把握的图片，也可在标注页面按“最不确定”依次查看。',
  noModel: '导出模型后，可按模型的置信度对图片排序。',
  scored: '没有新图片需要评估。 | 模型已评估 {n} 张图片。 | 模型已评估 {n} 张图片。',
  known: '没有此前已评估的图片。 | 另有 {n} 张此前已评估。 | 另有 {n} 张此前已评估。',
  failed: '全部可评估。 | {n} 张无法评估：{names}。 | {n} 张无法评估：{names}。',
  more: '{first} 等，另有 {n} 张',
}
