import type { saving as en } from '../en/saving.ts'

export const saving: typeof en = {
  title: '未保存的修改',
  refused: '未保存：{what}。{why}修改保留在本窗口中，可重试或放弃。',
  away: '未保存：{what}。修改属于项目“{project}”，重新打开该项目后会自动保存，此前请勿关闭本窗口。',
  nowhere: '未保存：{what}。操作时没有打开任何项目，因此无法再保存。',
  open: '打开图片',
  again: '重试',
  drop: '放弃',
  sure: '没有可放弃的修改 | 确定放弃这处修改 | 确定放弃 {n} 处修改',
  closing: {
    title: '尚有修改未保存，仍要关闭吗？',
    text: '修改均已保存，只有尚未写完的文字会丢失。 | 有 {n} 处修改仅存在于本窗口，关闭后将丢失。 | 有 {n} 处修改仅存在于本窗口，关闭后将丢失。',
    stay: '保持打开',
    discard: '关闭并放弃修改',
  },
}
