import type { tags as en } from '../en/tags.ts'

export const tags: typeof en = {
  title: '标签',
  picture: '本图',
  add: '添加标签',
  addTo: '为所选图片添加标签',
  removeFrom: '从所选图片移除标签',
  remove: '移除标签 {tag}',
  changed: '标签未改动 | 已更改 {n} 张图片的标签。 | 已更改 {n} 张图片的标签。',
  texts: '文本指令',
  text: '指令 {n}',
  addText: '添加文本',
  removeText: '移除指令 {n}',
  sentences: '完整句子',
  unsaved: '未保存，输入的内容会保留在这里。',
  saveNow: '保存',
  discard: '放弃',
  gestures: { tags: '标签', instructions: '文本指令', status: '状态' },
}
