import type { Mapping } from './mapping.ts'
import type { Part } from './part.ts'

/** PyTorch's own values, where a config of the studio would have others. */
const torch: Readonly<
  Record<string, { type: string; lr: number; weightDecay: number; extra?: Readonly<Record<string, number | boolean>> }>
> = {
  AdamW: { type: 'adamw', lr: 1e-3, weightDecay: 0.01 },
  Adam: { type: 'adam', lr: 1e-3, weightDecay: 0 },
  SGD: { type: 'sgd', lr: 1e-3, weightDecay: 0, extra: { momentum: 0 } },
  Lion: { type: 'lion', lr: 1e-4, weightDecay: 0 },
}

/** optim_wrapper: the optimizer, its groups, clipping, accumulation and mixed precision. */
export function mapOptimizer({ root, account }: Mapping): void {
  const wrapper = root.part('optim_wrapper')
  if (!wrapper) return
  mapPrecision(wrapper)
  const optimizer = wrapper.part('optimizer')
  if (optimizer) mapUpdate(optimizer)
  const accumulate = wrapper.number('accumulative_counts')
  if (accumulate) accumulate.mapped('optimizer.accumulate', accumulate.value)
  mapClipping(wrapper)
  account.set('optimizer.rules', [], wrapper.at)
  const params = wrapper.part('paramwise_cfg')
  if (params) mapGroups(params)
  else account.note('mapped', `${wrapper.path}.paramwise_cfg`, 'optimizer.rules', 'no groups', wrapper.at)
}

function mapPrecision(wrapper: Part): void {
  const type = wrapper.text('type')
  if (wrapper.type === 'AmpOptimWrapper')
    type?.approximated('precision', 'fp16', 'products in float16 where the device can; elsewhere the run says so and computes in float32')
  else if (wrapper.type === 'OptimWrapper') type?.fixed()
  else type?.dropped('only OptimWrapper and AmpOptimWrapper are known')
  wrapper.any('loss_scale')?.nearly('precision', 'the loss is always scaled dynamically')
  wrapper.any('dtype')?.nearly('precision', 'float16 is the only other precision')
  wrapper.dropped(['use_fsdp', 'constructor'], 'there is nothing like it')
}

function mapUpdate(optimizer: Part): void {
  const known = Object.hasOwn(torch, optimizer.type) ? torch[optimizer.type]! : null
  if (!known) {
    optimizer.droppedWhole(`there is no optimizer like ${optimizer.type.slice(0, 80) || 'it'}; AdamW stands in for it`)
    return
  }
  optimizer.text('type')?.mapped('optimizer.type', known.type)
  const number = (from: string, to: string, otherwise?: number) => {
    const field = optimizer.number(from)
    if (field) field.mapped(`optimizer.${to}`, field.value)
    else if (otherwise !== undefined) optimizer.fill(from, `optimizer.${to}`, otherwise, 'the default of PyTorch')
  }
  number('lr', 'lr', known.lr)
  number('weight_decay', 'weightDecay', known.weightDecay)
  if (known.type === 'sgd') {
    number('momentum', 'momentum', 0)
    number('dampening', 'dampening')
    const nesterov = optimizer.flag('nesterov')
    if (nesterov) nesterov.mapped('optimizer.nesterov', nesterov.value)
    return
  }
  const betas = optimizer.numbers('betas', 2)
  if (betas) betas.mapped('optimizer.betas', betas.value)
  if (known.type !== 'lion') number('eps', 'eps')
  optimizer.fixed('amsgrad', [false], 'there is no amsgrad here')
}

function mapClipping(wrapper: Part): void {
  const clip = wrapper.part('clip_grad')
  const norm = clip?.number('max_norm')
  const value = clip?.number('clip_value')
  if (norm) norm.mapped('optimizer.clipNorm', norm.value)
  else wrapper.fill('clip_grad', 'optimizer.clipNorm', null, 'gradients are not scaled down')
  if (value) value.mapped('optimizer.clipValue', value.value)
  clip?.any('type')?.used('optimizer')
  clip?.fixed('norm_type', [2], 'the norm is L2 here')
  clip?.dropped(['error_if_nonfinite', 'foreach'], 'the health watch looks after it')
}

/** Names of layers that mmsegmentation has and the studio has not. */
const theirs = /layers|ffn|projection|conv_seg|fusion_conv|convs\b|in_proj|out_proj|^module/

function mapGroups(params: Part): void {
  const { account } = params
  let count = 0
  const keys = params.part('custom_keys')
  for (const [match, { at, value }] of keys?.dict.entries ?? []) {
    const rule = keys!.part(match)
    if (!rule || value.kind !== 'dict') continue
    const to = `optimizer.rules.${count++}`
    account.set(`${to}.match`, match, at)
    const [lr, decay] = [rule.number('lr_mult'), rule.number('decay_mult')]
    if (lr) lr.mapped(`${to}.lrMult`, lr.value)
    if (decay) decay.mapped(`${to}.decayMult`, decay.value)
    if (theirs.test(match))
      account.note(
        'approximated',
        rule.path,
        to,
        'a name of mmsegmentation; parameters here have the names of the official model, and the run says what a rule catches',
        at,
      )
    else if (match.includes('norm'))
      account.note(
        'approximated',
        rule.path,
        to,
        'parameters here have the names of the official model: it catches the norms after the stages too',
        at,
      )
    else account.note('mapped', rule.path, to, null, at)
    if (rule.dict.entries.size === 0) account.settle(rule.dict)
  }
  const group = (key: string, matches: readonly string[], to: 'lrMult' | 'decayMult', reason: string) => {
    const field = params.number(key)
    if (!field) return
    for (const match of matches) account.set(`optimizer.rules.${count++}`, { match, [to]: field.value }, field.at)
    field.nearly('optimizer.rules', reason)
  }
  const rule = 'a rule by name; the longest name that fits decides'
  group('norm_decay_mult', ['norm', '.bn.'], 'decayMult', rule)
  group('bias_decay_mult', ['.bias'], 'decayMult', rule)
  group('bias_lr_mult', ['.bias'], 'lrMult', rule)
  group('dwconv_decay_mult', ['dwconv'], 'decayMult', rule)
  const decay = params.number('decay_rate')
  if (decay) decay.approximated('optimizer.layerDecay', decay.value, 'every block and embedding is a layer of its own here')
  params.dropped(['decay_type', 'num_layers', 'bypass_duplicate', 'flat_decay_mult', 'dcn_offset_lr_mult'], 'there is nothing like it')
}
