import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../errors.ts'
import { importConfig, type ImportedConfig, type ImportOptions } from './importConfig.ts'
import { loadPython, type PythonSource } from './loadPython.ts'
import type { PythonValue } from './pythonValue.ts'

const source = (text: string): PythonSource => ({
  from: 'file',
  name: 'cfg.py',
  id: 'cfg.py',
  text,
  facts: { dirname: '/configs', basename: 'cfg.py', stem: 'cfg', extension: '.py' },
})
const loaded = (text: string) => loadPython(source(text), () => Promise.reject(new AppError('file/not-found', 'no bases here')))

const network = `
model = dict(
    type='EncoderDecoder',
    backbone=dict(type='MixVisionTransformer', embed_dims=32, num_layers=[2, 2, 2, 2], num_heads=[1, 2, 5, 8], drop_path_rate=0.1),
    decode_head=dict(type='mmseg.SegformerHead', channels=256))
`

async function read(text: string, options: Partial<ImportOptions> = {}): Promise<ImportedConfig> {
  return importConfig(await loaded(network + text), { gpus: 1, tta: false, ...options })
}
const configOf = async (text: string, options: Partial<ImportOptions> = {}) => (await read(text, options)).config
const notesOf = async (text: string, from: string) =>
  (await read(text)).notes.filter((note) => note.from === from || note.from.startsWith(`${from}.`))

describe('the network', () => {
  it('is a variant where it has the numbers of one, else custom', async () => {
    expect((await configOf('')).model).toEqual({
      type: 'segformer',
      variant: 'mit-b0',
      embedDim: 256,
      dropPath: 0.1,
      dropout: 0.1,
      headNorm: 'batch',
      frozenStages: 0,
    })
    const wide = await configOf(
      "model['backbone'].update = 1\nmodel['backbone']['embed_dims'] = 64\nmodel['backbone']['num_layers'] = [3, 6, 40, 3]",
    )
    expect(wide.model.variant).toBe('mit-b5')
    const other = await configOf("model['backbone']['num_heads'] = [1, 2, 4, 8]\nmodel['backbone']['drop_path_rate'] = 0.3")
    expect(other.model).toMatchObject({
      variant: 'custom',
      dims: [32, 64, 128, 256],
      depths: [2, 2, 2, 2],
      heads: [1, 2, 4, 8],
      dropPath: 0.3,
    })
  })

  it.each([
    ['', /model: there is no model; the studio reads EncoderDecoder/],
    ["model = dict(type='PointRend')", /cfg\.py:1:1: model\.type: "PointRend" is not known/],
    ["model = dict(type='EncoderDecoder', decode_head=dict(type='SegformerHead'))", /model\.backbone: it is missing/],
    ["model = dict(type='EncoderDecoder', backbone=dict(type='ResNetV1c'))", /model\.backbone\.type: "ResNetV1c" is not known/],
    [
      "model = dict(type='EncoderDecoder', backbone=dict(type='MixVisionTransformer'), decode_head=dict(type='UPerHead'))",
      /"UPerHead" is not known/,
    ],
  ])('%s is refused', async (text, sentence) => {
    const python = await loaded(text)
    expect(() => importConfig(python, { gpus: 1, tta: false })).toThrow(sentence)
  })

  it('says what is another way here', async () => {
    const text =
      "model['backbone']['mlp_ratio'] = 8\nmodel['decode_head']['align_corners'] = True\nmodel['auxiliary_head'] = dict(type='FCNHead')\nmodel['data_preprocessor'] = dict(mean=[0, 0, 0], std=[58.395, 57.12, 57.375])"
    const statuses = Object.fromEntries((await read(text)).notes.map(({ from, status }) => [from, status]))
    expect(statuses).toMatchObject({
      'model.backbone.mlp_ratio': 'dropped',
      'model.decode_head.align_corners': 'dropped',
      'model.auxiliary_head': 'dropped',
      'model.data_preprocessor.mean': 'dropped',
      'model.data_preprocessor.std': 'mapped',
      'model.decode_head.type': 'approximated',
    })
  })

  it('looks through windows', async () => {
    const window = (await configOf("model['test_cfg'] = dict(mode='slide', crop_size=(1024, 1024), stride=(768, 768))")).inference.window
    expect(window).toEqual({ type: 'slide', crop: [1024, 1024], stride: [768, 768] })
    expect((await configOf("model['test_cfg'] = dict(mode='slide', crop_size=(1000, 999), stride=500)")).inference.window).toEqual({
      type: 'slide',
      crop: [992, 992],
      stride: [512, 512],
    })
  })

  it('starts from load_from, else from a pretrained backbone; nothing is downloaded', async () => {
    const init = "model['backbone']['init_cfg'] = dict(type='Pretrained', checkpoint='mit.pth')\n"
    expect((await configOf(init)).weights).toMatchObject({ file: 'mit.pth', naming: 'auto', minMatched: 0.95 })
    const both = await read(`${init}load_from = 'whole.pth'`)
    expect(both.config.weights?.file).toBe('whole.pth')
    expect(both.notes.find(({ from }) => from === 'model.backbone.init_cfg.checkpoint')).toMatchObject({
      status: 'dropped',
      reason: 'load_from is laid over it',
    })
    const remote = await read("load_from = 'https://host/mit.pth'")
    expect(remote.config.weights).toBeNull()
    expect(remote.notes.find(({ from }) => from === 'load_from')).toMatchObject({
      status: 'dropped',
      reason: expect.stringContaining('from scratch') as string,
    })
  })
})

describe('losses', () => {
  const losses = async (list: string) => (await configOf(`model['decode_head']['loss_decode'] = ${list}`)).loss

  it('mean what they mean in mmsegmentation', async () => {
    expect(await losses("dict(type='CrossEntropyLoss', class_weight=[1, 2], loss_weight=0.4)")).toMatchObject([
      { type: 'crossEntropy', avgNonIgnore: false, classWeights: [1, 2], weight: 0.4 },
    ])
    expect(
      await losses(
        "[dict(type='CrossEntropyLoss', avg_non_ignore=True, loss_name='loss_mine'), dict(type='LovaszLoss', per_image=True, classes='all')]",
      ),
    ).toMatchObject([
      { type: 'crossEntropy', avgNonIgnore: true, name: 'mine' },
      { type: 'lovasz', per: 'image', classes: 'all' },
    ])
    expect(
      await losses("[dict(type='FocalLoss', gamma=1.5, alpha=[0.1, 0.9]), dict(type='TverskyLoss', alpha=0.2, beta=0.8)]"),
    ).toMatchObject([
      { type: 'sigmoidFocal', gamma: 1.5, classAlphas: [0.1, 0.9], average: 'all' },
      { type: 'tversky', alpha: 0.2, beta: 0.8, smooth: 1, classes: 'all' },
    ])
  })

  it('tell the two Dice losses apart', async () => {
    expect(await losses("dict(type='DiceLoss')")).toMatchObject([{ form: 'global', activation: 'sigmoid', eps: 0.001 }])
    expect(await losses("dict(type='DiceLoss', use_sigmoid=False, naive_dice=True, eps=1e-5)")).toMatchObject([
      { form: 'global', activation: 'softmax', naive: true, eps: 1e-5 },
    ])
    expect(await losses("dict(type='DiceLoss', smooth=2, exponent=1)")).toMatchObject([
      { form: 'perClass', activation: 'softmax', smooth: 2, exponent: 1, classes: 'all' },
    ])
  })

  it('know OHEM both ways; what is unknown is dropped, and cross entropy is what remains', async () => {
    const sampler = await configOf("model['decode_head']['sampler'] = dict(type='OHEMPixelSampler', thresh=0.7, min_kept=5000)")
    expect(sampler.loss).toMatchObject([{ type: 'crossEntropy', avgNonIgnore: false, ohem: { threshold: 0.7, minKept: 5000 } }])
    expect(await losses("dict(type='OhemCrossEntropy', thres=0.9)")).toMatchObject([{ ohem: { threshold: 0.9, minKept: 100_000 } }])
    expect(await losses("dict(type='BoundaryLoss')")).toMatchObject([{ type: 'crossEntropy', avgNonIgnore: false }])
    expect(
      await notesOf("model['decode_head']['loss_decode'] = dict(type='BoundaryLoss')", 'model.decode_head.loss_decode'),
    ).toContainEqual(expect.objectContaining({ status: 'dropped', reason: 'there is no loss like BoundaryLoss' }))
  })
})

describe('data', () => {
  const training = (pipeline: string, rest = '') =>
    `train_dataloader = dict(batch_size=2, num_workers=3, dataset=dict(type='PascalVOCDataset', ann_file='a/b/mine.txt', pipeline=[${pipeline}])${rest})`

  it('keep every transform with its order of width and height', async () => {
    const steps = [
      "dict(type='LoadImageFromFile')",
      "dict(type='LoadAnnotations', reduce_zero_label=True)",
      "dict(type='RandomResize', scale=(2048, 1024), ratio_range=(0.5, 2.0), keep_ratio=True)",
      "dict(type='RandomRotate', prob=0.3, degree=20, pad_val=7)",
      "dict(type='RandomCrop', crop_size=(64, 128))",
      "dict(type='RandomFlip', prob=0.25)",
      "dict(type='PhotoMetricDistortion', brightness_delta=16, hue_delta=9, contrast_range=(0.8, 1.2))",
      "dict(type='RandomCutOut', prob=0.5, n_holes=2, cutout_ratio=(0.1, 0.2), seg_fill_in=255)",
      "dict(type='Pad', size=(128, 64))",
      "dict(type='Albu', transforms=[])",
      "dict(type='PackSegInputs')",
    ]
    const { config, notes } = await read(training(steps.join(', ')))
    expect(config.data).toMatchObject({
      batchSize: 2,
      workers: 3,
      trainSplits: ['mine'],
      cropSize: [64, 128],
      classes: { reduceZeroLabel: true },
    })
    expect(config.data.train).toEqual([
      { type: 'RandomResize', scale: [2048, 1024], ratio: [0.5, 2] },
      { type: 'RandomRotate', prob: 0.3, degrees: 20, fill: 7 },
      { type: 'RandomCrop', size: [64, 128], catMaxRatio: 1 },
      { type: 'RandomFlip', prob: 0.25 },
      { type: 'PhotoMetricDistortion', brightnessDelta: 16, hueDelta: 9, contrastRange: [0.8, 1.2], saturationRange: [0.5, 1.5] },
      expect.objectContaining({ type: 'RandomErasing', prob: 0.5, count: 2, fill: 'black', label: 'void' }),
      { type: 'Pad', size: [64, 128] },
    ])
    expect(notes.find(({ from }) => from.endsWith('pipeline.9'))).toMatchObject({
      status: 'dropped',
      reason: 'there is no transform like Albu',
    })
  })

  it('end with the size that the preprocessor fills up to, a multiple of 32', async () => {
    const crop = "dict(type='RandomCrop', crop_size=(100, 200), cat_max_ratio=0.5)"
    const config = await configOf(`model['data_preprocessor'] = dict(size=(100, 250))\n${training(crop)}`)
    expect(config.data.cropSize).toEqual([128, 256])
    expect(config.data.train).toEqual([
      { type: 'RandomCrop', size: [100, 200], catMaxRatio: 0.5 },
      { type: 'Pad', size: [128, 256] },
    ])
    const plain = await configOf(`model['data_preprocessor'] = dict(size=(64, 64))\n${training("dict(type='RandomFlip', prob=1)")}`)
    expect(plain.data.train.map(({ type }) => type)).toEqual(['RandomFlip', 'RandomCrop', 'Pad'])
  })

  it('come from one dataset or several, repeated or balanced', async () => {
    const one = "dict(type='D', data_root='r', ann_file='x/train.txt', pipeline=p)"
    const head =
      "p = [dict(type='RandomCrop', crop_size=(64, 64))]\nq = [dict(type='RandomCrop', crop_size=(64, 64)), dict(type='RandomFlip', prob=0.5)]\n"
    const of = (dataset: string) => configOf(`${head}train_dataloader = dict(batch_size=2, dataset=${dataset})`)
    expect((await of(`dict(type='RepeatDataset', times=4, dataset=${one})`)).data.sources).toMatchObject([
      { splits: ['train'], repeat: 4, transforms: [] },
    ])
    const two = await of(`dict(type='ConcatDataset', datasets=[${one}, dict(type='D', data_root='r', ann_file='aug.txt', pipeline=q)])`)
    expect(two.data.sources).toMatchObject([
      { splits: ['train'], transforms: [] },
      { splits: ['aug'], transforms: [{ type: 'RandomCrop' }, { type: 'RandomFlip' }, { type: 'Pad' }] },
    ])
    expect((await of(`dict(type='ClassBalancedDataset', oversample_thr=0.01, dataset=${one})`)).data.sampler).toMatchObject({
      type: 'balanced',
      threshold: 0.01,
    })
  })

  it('count the batch of all devices', async () => {
    expect((await configOf(training(''), { gpus: 4 })).data.batchSize).toBe(8)
  })

  it('are validated with what scales pictures', async () => {
    const { config, notes } = await read(
      "val_dataloader = dict(dataset=dict(type='D', ann_file='v.txt', pipeline=[dict(type='LoadImageFromFile'), dict(type='Resize', scale=(2048, 1024), keep_ratio=True), dict(type='RandomFlip', prob=0.5)]))",
    )
    expect(config.data.valSplits).toEqual(['v'])
    expect(config.data.val).toEqual([
      { type: 'Resize', scale: [2048, 1024], keepRatio: true, multipleOf: 1 },
      { type: 'ResizeToMultiple', divisor: 32 },
    ])
    expect(notes.find(({ from }) => from.endsWith('pipeline.2'))).toMatchObject({ status: 'dropped' })
  })
})

describe('optimizer, schedule and loop', () => {
  it('take the values of PyTorch and mmengine where the file says nothing', async () => {
    const { optimizer } = await configOf("optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='SGD', lr=0.01))")
    expect(optimizer).toMatchObject({ type: 'sgd', lr: 0.01, momentum: 0, weightDecay: 0, clipNorm: null, rules: [], accumulate: 1 })
    const { loop, schedule } = await configOf('train_cfg = dict(type="IterBasedTrainLoop", max_iters=8000)')
    expect([loop.steps, loop.validateEvery, schedule.type, schedule.warmup.length]).toEqual([
      8000,
      { unit: 'step', every: 1000 },
      'constant',
      0,
    ])
  })

  it('know groups, clipping, mixed precision and layer decay', async () => {
    const config = await configOf(
      "optim_wrapper = dict(type='AmpOptimWrapper', loss_scale='dynamic', optimizer=dict(type='AdamW', lr=1e-4, betas=(0.9, 0.95), eps=1e-7), clip_grad=dict(max_norm=0.5, norm_type=2), paramwise_cfg=dict(custom_keys={'head': dict(lr_mult=10.)}, norm_decay_mult=0., decay_rate=0.9))",
    )
    expect(config.precision).toBe('fp16')
    expect(config.optimizer).toMatchObject({
      ...{ type: 'adamw', lr: 1e-4, betas: [0.9, 0.95], eps: 1e-7, clipNorm: 0.5, layerDecay: 0.9 },
      rules: [
        { match: 'head', lrMult: 10 },
        { match: 'norm', decayMult: 0 },
        { match: '.bn.', decayMult: 0 },
      ],
    })
  })

  it('validates more often at the end', async () => {
    const { loop } = await configOf(
      "train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=100, val_interval=10, dynamic_intervals=[(90, 1)])",
    )
    expect(loop).toMatchObject({ epochs: 100, validateEvery: { unit: 'epoch', every: 10 }, validateLater: [{ from: 90, every: 1 }] })
  })

  it('says of a config for 0.x that it is one', async () => {
    const { config, notes } = await read(
      "data = dict(samples_per_gpu=2)\noptimizer = dict(type='AdamW', lr=1)\nrunner = dict(type='IterBasedRunner', max_iters=5)\nown = 1",
    )
    expect(config.optimizer.lr).toBe(0.001)
    const old = notes.filter(({ reason }) => reason?.startsWith('MMSegmentation 0.x')).map(({ from }) => from)
    expect(old).toEqual(['data', 'runner', 'optimizer'])
    expect(notes.filter(({ from }) => from === 'own')).toHaveLength(1)
  })

  const iterations = 'train_cfg = dict(type="IterBasedTrainLoop", max_iters=160000, val_interval=16000)\n'
  it('know the official schedule', async () => {
    const { schedule, loop } = await configOf(
      `${iterations}param_scheduler = [dict(type='LinearLR', start_factor=1e-6, by_epoch=False, begin=0, end=1500), dict(type='PolyLR', eta_min=0.0, power=1.0, begin=1500, end=160000, by_epoch=False)]`,
    )
    expect(schedule).toEqual({
      type: 'poly',
      by: 'step',
      power: 1,
      minLr: 0,
      end: null,
      warmup: { type: 'linear', unit: 'step', length: 1500, factor: 1e-6 },
    })
    expect([loop.steps, loop.validateEvery]).toEqual([160_000, { unit: 'step', every: 16_000 }])
  })

  it.each([
    ["dict(type='CosineAnnealingLR', T_max=100, eta_min=1e-6, by_epoch=True)", { type: 'cosine', by: 'epoch', end: 100, minLr: 1e-6 }],
    [
      "dict(type='MultiStepLR', milestones=[10, 20], gamma=0.2, by_epoch=False)",
      { type: 'step', by: 'step', milestones: [10, 20], gamma: 0.2 },
    ],
    ["dict(type='StepLR', step_size=40000, by_epoch=False)", { type: 'step', milestones: [40_000, 80_000, 120_000], gamma: 0.1 }],
    [
      "dict(type='OneCycleLR', eta_max=0.01, total_steps=100, pct_start=0.2, anneal_strategy='linear', by_epoch=False)",
      { type: 'oneCycle', pctStart: 0.2, anneal: 'linear' },
    ],
    [
      "dict(type='ConstantLR', factor=0.1, begin=0, end=7, by_epoch=False)",
      { type: 'constant', warmup: { type: 'constant', length: 7, factor: 0.1, unit: 'step' } },
    ],
    ["dict(type='PolyLR', end=50, by_epoch=True, convert_to_iter_based=True)", { type: 'poly', by: 'step', end: null }],
  ])('%s', async (scheduler, wanted) => {
    const config = await configOf(
      `${iterations}optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='AdamW', lr=0.5))\nparam_scheduler = ${scheduler}`,
    )
    expect(config.schedule).toMatchObject(wanted)
    expect(config.optimizer.lr).toBe(scheduler.includes('OneCycle') ? 0.01 : 0.5)
  })

  it('count updates where mmengine counts batches', async () => {
    const config = await configOf(
      `${iterations}optim_wrapper = dict(type='OptimWrapper', accumulative_counts=4, optimizer=dict(type='AdamW', lr=1e-4))\nparam_scheduler = [dict(type='LinearLR', by_epoch=False, end=1000), dict(type='MultiStepLR', milestones=[80000], by_epoch=False)]\ndefault_hooks = dict(checkpoint=dict(by_epoch=False, interval=8000), logger=dict(interval=40))`,
    )
    expect(config.optimizer.accumulate).toBe(4)
    expect([config.loop.steps, config.loop.validateEvery.every, config.loop.logEvery, config.checkpoint.every]).toEqual([
      40_000,
      4000,
      10,
      { unit: 'step', every: 2000 },
    ])
    expect(config.schedule).toMatchObject({ warmup: { length: 250 }, milestones: [20_000] })
  })

  it('know EMA and early stopping, with percent as fractions', async () => {
    const config = await configOf(
      "custom_hooks = [dict(type='EMAHook', ema_type='MomentumAnnealingEMA', momentum=1e-4, update_buffers=True), dict(type='EarlyStoppingHook', monitor='mIoU', patience=3, min_delta=0.5), dict(type='Mine')]\nrandomness = dict(seed=42)",
    )
    expect(config.ema).toEqual({ enabled: true, momentum: 1e-4, gamma: 100, buffers: 'average' })
    expect(config.hooks.map(({ type }) => type)).toEqual(['health', 'samples', 'tensorboard', 'earlyStop'])
    expect(config.hooks[3]).toEqual({ type: 'earlyStop', monitor: 'mIoU', patience: 3, minDelta: 0.005 })
    expect(config.seed).toBe(42)
  })
})

describe('the report', { timeout: 120_000 }, () => {
  const tta =
    "tta_pipeline = [dict(type='TestTimeAug', transforms=[[dict(type='Resize', scale_factor=r) for r in [0.5, 1.0]], [dict(type='RandomFlip', prob=0.), dict(type='RandomFlip', prob=1.)]])]"

  it('leaves test-time augmentation to the command that scores, unless it is asked for', async () => {
    expect((await configOf(tta)).inference).toMatchObject({ scales: [1], flip: false })
    expect(await notesOf(tta, 'tta_pipeline')).toMatchObject([
      { status: 'dropped', reason: expect.stringContaining('maskwright eval --scales 0.5,1 --flip') as string },
    ])
    expect((await configOf(tta, { tta: true })).inference).toMatchObject({ scales: [0.5, 1], flip: true })
  })

  it('names what was not understood, what has no place, and what is beyond the bounds, with file and line', async () => {
    const { config, notes } = await read(
      "optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='AdamW', lr=int('5'), weight_decay=7))\ntrain_dataloader = dict(batch_size=1000, dataset=dict(type='D', unheard=dict(of=1)))\nmine = 3\nresume = True",
    )
    expect(config.optimizer).toMatchObject({ type: 'adamw', lr: 0.001, weightDecay: 0.01 })
    expect(config.data.batchSize).toBe(4)
    const found = (from: string) =>
      notes.filter((note) => note.from === from).map(({ status, reason, place }) => `${status} ${place} ${reason ?? ''}`)
    expect(found('lr')).toEqual(['unsupported cfg.py:6:75 a call of int is not run'])
    expect(found('optimizer.weightDecay')).toEqual([expect.stringMatching(/^dropped cfg\.py:6:85 .*optimizer\.weightDecay is left out$/)])
    expect(found('data.batchSize')).toEqual([expect.stringMatching(/^dropped cfg\.py:7:/)])
    expect(found('train_dataloader.dataset.unheard')).toEqual(['dropped cfg.py:7:65 nothing here corresponds to it'])
    expect(found('mine')).toEqual(['dropped cfg.py:8:1 a name of the file itself; its value counts where it is used'])
    expect(found('resume')).toHaveLength(1)
  })

  /** Dotted paths of everything that is neither a list nor a dict with something in it. */
  function* leaves(value: PythonValue, path = ''): Generator<string> {
    const inner: [string, PythonValue][] =
      value.kind === 'scalar'
        ? []
        : value.kind === 'dict'
          ? [...value.entries].map(([key, entry]) => [key, entry.value])
          : value.items.map((item, i) => [String(i), item])
    if (inner.length === 0) yield path
    for (const [key, each] of inner) yield* leaves(each, path === '' ? key : `${path}.${key}`)
  }

  const literal: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(
        'None',
        'True',
        'False',
        '0',
        '1',
        '-3',
        '0.5',
        '1e300',
        '512',
        "'x'",
        "'mIoU'",
        "'slide'",
        "''",
        '[]',
        'dict()',
        '(512, 512)',
        '[1, 2, 3, 4]',
      ),
      fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(', ')}]`),
      fc
        .uniqueArray(
          fc.tuple(
            fc.constantFrom(
              ...[
                'type',
                'dataset',
                'datasets',
                'pipeline',
                'scale',
                'size',
                'crop_size',
                'prob',
                'begin',
                'end',
                'by_epoch',
                'milestones',
                'interval',
                'optimizer',
                'custom_keys',
                'lr',
                'loss_decode',
                'channels',
                'num_heads',
                'embed_dims',
                'init_cfg',
                'times',
                'max_iters',
                'unknown',
                'x.y',
                '__proto__',
                '_delete_',
              ],
            ),
            fc.oneof(
              tie('value'),
              fc.constantFrom(
                ...[
                  'EncoderDecoder',
                  'MixVisionTransformer',
                  'SegformerHead',
                  'ConcatDataset',
                  'RepeatDataset',
                  'Resize',
                  'RandomCrop',
                  'Pad',
                  'RandomRotate',
                  'LinearLR',
                  'PolyLR',
                  'StepLR',
                  'AdamW',
                  'EMAHook',
                  'DiceLoss',
                  'OHEMPixelSampler',
                  'constructor',
                ].map((type) => `'${type}'`),
              ),
            ),
          ),
          { maxLength: 5, selector: ([key]) => key },
        )
        .map((entries) => `{${entries.map(([key, value]) => `'${key}': ${value}`).join(', ')}}`),
    ),
  })).value

  it('tells of every value of any config, and nothing else than an AppError comes out', async () => {
    const keys = [
      'train_dataloader',
      'val_dataloader',
      'optim_wrapper',
      'param_scheduler',
      'train_cfg',
      'default_hooks',
      'custom_hooks',
      'randomness',
      'tta_pipeline',
      'load_from',
      'own',
    ]
    const targets = [
      ...keys,
      "model['backbone']",
      "model['decode_head']",
      "model['data_preprocessor']",
      "model['test_cfg']",
      "model['backbone']['num_heads']",
      "model['decode_head']['loss_decode']",
      "model['decode_head']['sampler']",
    ]
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom(...targets), literal), { minLength: 1, maxLength: 4 }), async (lines) => {
        const python = await loaded(network + lines.map(([target, value]) => `${target} = ${value}`).join('\n'))
        let imported: ImportedConfig
        try {
          imported = importConfig(python, { gpus: 1, tta: true })
        } catch (error) {
          expect(error, String(error)).toBeInstanceOf(AppError)
          return
        }
        const told = new Set(imported.notes.map(({ from }) => from))
        for (const leaf of leaves(python.config)) {
          const keysOf = leaf.split('.')
          expect(
            keysOf.some((_, i) => told.has(keysOf.slice(0, i + 1).join('.'))),
            leaf,
          ).toBe(true)
        }
      }),
      { numRuns: 60 },
    )
    expect(Object.hasOwn(Object.prototype, 'type')).toBe(false)
  })
})
