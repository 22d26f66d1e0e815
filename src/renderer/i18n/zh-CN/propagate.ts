import type { propagate as en } from '../en/propagate.ts'

export const propagate: typeof en = {
  title: '将所选复制到后续图片',
  text: '位置不变，按当前筛选后的列表顺序。',
  command: '将所选复制到后续图片…',
  pictures: '图片张数',
  left: '后面没有图片 | 后面还有 {n} 张 | 后面还有 {n} 张',
  skipDone: '跳过已完成或已审核的图片',
  tooMany: '一次最多复制 {most} 个对象，请减少所选。',
  hint: '完全相同的对象不会重复复制。复制作为任务运行，可整体撤回。',
  start: '复制',
  done: '没有图片新增对象。 | 已将 {objects} 个对象复制到 {n} 张图片。 | 已将 {objects} 个对象复制到 {n} 张图片。',
  skipped: '没有跳过 | 跳过 {n} 张已完成的图片。 | 跳过 {n} 张已完成的图片。',
  known: '没有重复 | {n} 个对象已存在。 | {n} 个对象已存在。',
  outside: '没有超出 | {n} 个对象超出较小图片的范围。 | {n} 个对象超出较小图片的范围。',
  cut: '没有裁剪 | {n} 个对象已按较小图片的边界裁剪。 | {n} 个对象已按较小图片的边界裁剪。',
  problems: '没有问题 | {n} 张图片无法修改。 | {n} 张图片无法修改。',
}
