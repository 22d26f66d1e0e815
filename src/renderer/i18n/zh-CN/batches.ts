import type { batches as en } from '../en/batches.ts'

export const batches: typeof en = {
  title: '可撤回的历史任务',
  fromHere: '从此图片复制',
  wrote: '{n} 张图片，{objects} 个对象 | {n} 张图片，{objects} 个对象 | {n} 张图片，{objects} 个对象',
  taken: '未撤回 | 已撤回 {n} 张 | 已撤回 {n} 张',
  asLeft: {
    all: '之后均未改动',
    some: '{left} 张中有 {n} 张之后未改动，其余已改动的会保留',
    rest: '其余之后已改动，会保留',
    none: '之后均已改动，会保留',
  },
  more: '显示更多',
  job: '任务',
  wholeJob: '撤回整个任务',
}
