import { describe, expect, it } from 'vitest'
import { addToConfusion, confusionScores, createConfusion, mergeConfusion } from './confusion.ts'

describe('confusion', () => {
  it('gives the numbers counted by hand', () => {
    const confusion = createConfusion(4)
    // class 3 occurs nowhere; the last pixel is void although its prediction is wrong
    addToConfusion(confusion, [0, 0, 0, 0, 1, 1, 1, 2, 255], [0, 0, 0, 1, 1, 1, 0, 1, 2])
    const scores = confusionScores(confusion)
    // I = 3, 2, 0; L = 4, 3, 1; P = 4, 4, 0
    expect(scores.perClass.map((c) => c.iou)).toEqual([3 / 5, 2 / 5, 0, null])
    expect(scores.perClass.map((c) => c.acc)).toEqual([3 / 4, 2 / 3, 0, null])
    expect(scores.perClass.map((c) => c.predictedPixels)).toEqual([4, 4, 0, 0])
    expect(scores.aAcc).toBeCloseTo(5 / 8, 12)
    expect(scores.mIoU).toBeCloseTo((3 / 5 + 2 / 5) / 3, 12)
    expect(scores.mAcc).toBeCloseTo((3 / 4 + 2 / 3) / 3, 12)
  })

  it('a class that is predicted but never true has IoU 0 and no accuracy', () => {
    const confusion = createConfusion(2)
    addToConfusion(confusion, [0, 0], [0, 1])
    const scores = confusionScores(confusion)
    expect(scores.perClass[1]).toMatchObject({ iou: 0, acc: null })
    expect(scores.mIoU).toBe(0.25)
    expect(scores.mAcc).toBe(0.5)
  })

  it('merging parts equals counting the whole', () => {
    const truth = Array.from({ length: 300 }, (_, i) => (i * 7) % 5)
    const predicted = Array.from({ length: 300 }, (_, i) => (i * i) % 5)
    const whole = createConfusion(5)
    addToConfusion(whole, truth, predicted)
    const merged = createConfusion(5)
    for (const [from, to] of [
      [0, 100],
      [100, 300],
    ] as const) {
      const part = createConfusion(5)
      addToConfusion(part, truth.slice(from, to), predicted.slice(from, to))
      mergeConfusion(merged, part)
    }
    expect(confusionScores(merged)).toEqual(confusionScores(whole))
  })

  it('nothing labelled is no number, and a label outside the classes is an error', () => {
    const confusion = createConfusion(2)
    addToConfusion(confusion, [255], [0])
    expect(confusionScores(confusion)).toMatchObject({ aAcc: null, mIoU: null, mAcc: null })
    expect(() => addToConfusion(confusion, [2], [0])).toThrow(RangeError)
    expect(() => addToConfusion(confusion, [0, 0], [0])).toThrow(RangeError)
  })
})
