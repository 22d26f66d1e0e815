import type { jobs as en } from '../en/jobs.ts'

export const jobs: typeof en = {
  phase: {
    queued: '等待中',
    starting: '启动中',
    cancelling: '正在取消',
    generate: '生成图片',
    drawing: '生成图片',
    scan: '扫描文件夹',
    origin: '判断框坐标起点',
    read: '读取图片和标注',
    finish: '收尾',
    look: '检查会丢失的内容',
    write: '写入文件',
    freezing: '固定数据集快照',
    exporting: '导出并与训练网络比对',
    augmenting: '生成样本',
    evaluating: '评估中',
    predicting: '预测图片',
    tiles: '正在切片',
    assisting: '模型处理中',
    propagating: '正在复制对象',
    converting: '写入权重',
    checking: '与原网络比对',
    comparing: '比较预测结果',
  },
}
