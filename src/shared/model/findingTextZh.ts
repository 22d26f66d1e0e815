import type { Finding } from './finding.ts'

/** What each finding means, in Chinese: for pages and reports. */
export const findingTextsZh = {
  lossNotFinite: '损失已不是有效数值。请调低学习率，或启用梯度裁剪。',
  lossExploded: '最近 {steps} 步的损失升到 {loss}，而最低曾为 {best}。请调低学习率或加长预热。',
  lossStuck: '损失连续 {steps} 步停在 {loss}，模型没有在学习。请检查学习率、冻结的部分和标注。',
  lossVanished: '损失几乎为零（最近 {steps} 步平均 {loss}）。对所有类别取平均的 focal 损失会出现这种情况，请以验证指标为准。',
  gradientExploded: '梯度范数达到 {norm}，连续 {steps} 步远超平常水平。请启用梯度裁剪或调低学习率。',
  rateZero: '学习率连续 {steps} 步为 {lr}，权重不再变化。请检查预热和学习率策略。',
  ruleMatchesNothing: '以下参数规则或冻结项没有匹配到任何参数：{rules}。',
  classNeverSeen: '一整轮训练中从未出现这些类别的像素：{classes}，因此无法学到它们。',
  classNeverPredicted: '这些类别有标注，但至今从未被预测出来：{classes}。',
  focalDiluted:
    '{name}（gamma {gamma}，alpha {alpha}）对 {classes} 个类别取平均，忽略像素也计入分母：初始值只有 {value}，而不是 {labelled}。数值接近 0 不代表学好了；请改为按有标注的像素取平均。',
  focalCollapse:
    '{name} 的 gamma 为 {gamma}，预测概率达到 {sure}% 的像素只剩 {kept}% 的梯度，又没有其他损失来学习它们。请降低 gamma，或加上交叉熵或 Dice。',
  lossDrowned: '像素预测概率达到 {sure}% 后，{strong} 的梯度（含权重）是 {weak} 的 {times} 倍，{weak} 几乎不起作用。请调整权重。',
  memoryRestart: '内存不足（{reason}）。已从最近的检查点继续，每批 {batchSize} 张拆成 {parts} 份、每份 {size} 张依次计算，梯度取平均。',
  batchNormParts: '批归一化现在每次只看到 {size} 张图片（之前为 {before} 张），曲线会与内存充足时略有不同。',
} satisfies Record<Finding['key'], string>
