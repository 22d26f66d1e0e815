import type { saving as en } from '../en/saving.ts'

export const saving: typeof en = {
  title: '未保存的修改',
  refused: '未保存：{what}。{why}修改保留在本窗口中，可重试或放弃。',
  away: '未保存：{what}。修改属于项目“{project}”，重新打开该项目后会自动保存，此前请勿关闭本窗口。',
  elsewhere:
    '未保存：{what}。修改是在文件夹 {path} 中的项目“{project}”里做的；当前打开的是同一项目的另一个文件夹（移动或复制而来）。请重新打开原文件夹，或保存到当前项目。',
  asked:
    '没有待选择的修改。 | 项目“{project}”中有 {n} 处修改在两个窗口中不一致，等待选择：{pictures}。请打开该项目后选择。 | 项目“{project}”中有 {n} 处修改在两个窗口中不一致，等待选择：{pictures}。请打开该项目后选择。',
  refusedIn: '“{picture}”未保存：{what}。{why}修改保留在本窗口中，可重试或放弃。',
  words: {
    texts: '“{picture}”的文本尚未保存：',
    comment: '“{picture}”的评论尚未发送：',
    reply: '“{picture}”的评论回复尚未发送：',
    reason: '“{picture}”尚未驳回，已填写的原因：',
    tag: '“{picture}”的标签尚未添加：',
  },
  wordsAway: '关于“{picture}”的文字尚未保存，所属项目“{project}”当前未打开：',
  copy: '这些文字',
  openProject: '打开项目',
  here: '保存到当前项目',
  nowhere: '未保存：{what}。操作时没有打开任何项目，因此无法再保存。',
  open: '打开图片',
  again: '重试',
  drop: '放弃',
  sure: '没有可放弃的修改 | 确定放弃这处修改 | 确定放弃 {n} 处修改',
  closing: {
    title: '尚有修改未保存，仍要关闭吗？',
    text: '修改均已保存，只有尚未写完的文字会丢失。 | 有 {n} 处修改仅存在于本窗口，关闭后将丢失。 | 有 {n} 处修改仅存在于本窗口，关闭后将丢失。',
    wait: '修改正在保存，请稍候。',
    stay: '保持打开',
    discard: '关闭并放弃修改',
  },
}
