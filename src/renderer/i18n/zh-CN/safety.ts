import type { safety as en } from '../en/safety.ts'

export const safety: typeof en = {
  disk: {
    title: '只读。',
    waiting:
      '没有等待保存的修改。 | 未保存：{what}。修改保留在本窗口中，请勿关闭；恢复后会自动保存。 | 未保存（{n} 处修改）：{what}。修改保留在本窗口中，请勿关闭；恢复后会自动保存。',
    more: '{first} 等，另有 {n} 处',
    denied: '恢复保存之前无法修改。',
  },
}
