/** The one list of layer laws (STYLE: direction). Type imports count. */
const law = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to })
const room = (p) => ({ path: `^src/${p}/` })
const test = '\\.test\\.ts$'

export default {
  forbidden: [
    law('no-cycles', {}, { circular: true }, 'a cycle means two rooms are one'),
    law('no-unresolvable', {}, { couldNotResolve: true }),
    law(
      'shared-is-pure',
      room('shared'),
      { path: '^(src/(?!shared/)|node:|electron$)', dependencyTypesNot: ['type-only'] },
      'no DOM, no Node, no Electron, no sibling',
    ),
    law('shared-no-core', { path: '^src/shared/', pathNot: test }, { dependencyTypes: ['core'] }),
    law('main-no-sibling', room('main'), { path: '^src/(compute|renderer|preload)/' }),
    law('compute-no-sibling', room('compute'), { path: '^src/(main|renderer|preload)/' }),
    law('renderer-no-sibling', room('renderer'), { path: '^src/(main|compute|preload)/' }),
    law('renderer-no-node', { path: '^src/renderer/', pathNot: test }, { dependencyTypes: ['core'] }),
    law('preload-no-sibling', room('preload'), { path: '^src/(main|compute|renderer)/' }),
    law(
      'electron-only-in-shell',
      { pathNot: '^src/(main/electron|preload)/|^src/main/entry\\.electron\\.ts$' },
      { path: '^(node_modules/)?electron(/|$)' },
    ),
    law('sqlite-only-in-db', { path: '^src/', pathNot: '^src/main/db/' }, { path: '(^|/)better-sqlite3(/|$)' }),
    law('ort-only-in-runtime', { path: '^src/', pathNot: '^src/compute/runtime/' }, { path: '(^|/)onnxruntime-node(/|$)' }),
    law('tfjs-only-in-its-folder', { path: '^src/', pathNot: '^src/compute/runtime/tfjs/' }, { path: '(^|/)@tensorflow/' }),
    // compute: train, assist, predict -> models, data, metrics, weights, optim, runtime; models, losses -> nn -> ops -> graph -> tensor
    law('tensor-is-bottom', room('compute/tensor'), { path: '^src/compute/(?!tensor/)' }),
    law('graph-below-ops', { path: '^src/compute/graph/', pathNot: test }, { path: '^src/compute/(?!tensor/|graph/)' }),
    law('ops-below-nn', { path: '^src/compute/ops/', pathNot: test }, { path: '^src/compute/(?!tensor/|graph/|ops/)' }),
    law(
      'autodiff-knows-no-op',
      { path: '^src/compute/autodiff/', pathNot: test },
      { path: '^src/compute/(?!tensor/|graph/|autodiff/|ops/op\\.ts)' },
    ),
    law('nn-above-ops', { path: '^src/compute/nn/', pathNot: test }, { path: '^src/compute/(?!tensor/|graph/|ops/|nn/)' }),
    law('losses-above-nn', { path: '^src/compute/losses/', pathNot: test }, { path: '^src/compute/(?!tensor/|graph/|ops/|nn/|losses/)' }),
    law(
      'models-above-nn',
      { path: '^src/compute/models/', pathNot: test },
      { path: '^src/compute/(?!tensor/|graph/|ops/|nn/|losses/|models/)' },
    ),
    law(
      'parts-below-train',
      { path: '^src/compute/(data|metrics|weights|optim|runtime)/', pathNot: test },
      { path: '^src/compute/(train|assist|predict|models|golden)/' },
    ),
    // renderer: app -> features -> canvas -> shared; rpc and ui below features; tools see the engine only
    law('ui-below-features', room('renderer/(ui|rpc|stores|i18n)'), { path: '^src/renderer/(app|features|canvas)/' }),
    law('canvas-below-features', room('renderer/canvas'), { path: '^src/renderer/(app|features|rpc|ui)/' }),
    law(
      'engine-is-headless',
      { path: '^src/renderer/canvas/engine/', pathNot: test },
      { path: '^(src/renderer/(?!canvas/engine/)|.*vue)' },
    ),
    law('tools-see-engine', { path: '^src/renderer/canvas/tools/', pathNot: test }, { path: '^src/renderer/(?!canvas/(engine|tools)/)' }),
    law('features-below-app', room('renderer/features'), { path: '^src/renderer/app/' }),
    // main: entries -> electron, web, cli -> services -> db, jobs, media
    law('services-below-shells', room('main/(services|db|jobs|media)'), { path: '^src/main/(electron|web|cli|entry)' }),
    law('stores-below-services', { path: '^src/main/(db|jobs|media)/', pathNot: test }, { path: '^src/main/services/' }),
    law('shells-apart', room('main/electron'), { path: '^src/main/(web|cli)/' }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|dist)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.vue', '.mjs', '.js', '.json'],
    },
    cache: { folder: 'node_modules/.cache/depcruise', strategy: 'content' },
  },
}
