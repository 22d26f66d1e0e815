import type { keys as en } from '../en/keys.ts'

export const keys: typeof en = {
  none: '未设按键',
  groups: {
    pictures: '图片',
    tools: '工具',
    canvas: '画布',
    edit: '编辑',
    view: '视图',
    classes: '类别',
  },
  canvas: {
    finish: '完成图形；在光标处落点',
    back: '撤回上一个点；删除当前顶点',
    cancel: '取消；取消选择；回到选择工具',
    holdPan: '按住移动画布',
    nudge: '所选对象、当前顶点或光标移动一个像素',
    nudgeFar: '同上，移动十个像素',
    grow: '改变所选标注框的大小',
  },
}
