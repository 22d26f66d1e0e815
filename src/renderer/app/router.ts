import { createRouter, createWebHashHistory, type Router } from 'vue-router'

const RELOADED = 'mw.reloaded'

/** Hash history: the same addresses work under app:// and http://. Pages load when first opened. */
export function createPageRouter(ready: Promise<void>, hasProject: () => boolean): Router {
  const router = createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', redirect: '/datasets' },
      { path: '/start', component: () => import('../features/start/StartPage.vue') },
      { path: '/datasets', component: () => import('../features/datasets/DatasetsPage.vue'), meta: { needsProject: true } },
      { path: '/label/:itemId?', component: () => import('../features/label/LabelPage.vue'), meta: { needsProject: true } },
      { path: '/experiments', component: () => import('../features/experiments/ExperimentsPage.vue'), meta: { needsProject: true } },
      {
        path: '/experiments/compare',
        component: () => import('../features/experiments/compare/ComparePage.vue'),
        meta: { needsProject: true },
      },
      {
        path: '/experiments/:runId/:tab?',
        component: () => import('../features/experiments/RunPage.vue'),
        props: true,
        meta: { needsProject: true },
      },
      { path: '/models', component: () => import('../features/models/ModelsPage.vue'), meta: { needsProject: true } },
      { path: '/models/:modelId', component: () => import('../features/models/ModelPage.vue'), props: true, meta: { needsProject: true } },
      { path: '/settings', component: () => import('../features/settings/SettingsPage.vue') },
      { path: '/:rest(.*)*', component: () => import('./NotFoundPage.vue') },
    ],
  })
  // A page of an older build is gone after an update: load the new build once, at the same address.
  router.onError((error: unknown, to) => {
    const isGone = error instanceof Error && /dynamically imported module|Importing a module/i.test(error.message)
    if (!isGone || sessionStorage.getItem(RELOADED) === to.fullPath) return
    sessionStorage.setItem(RELOADED, to.fullPath)
    location.hash = to.fullPath
    location.reload()
  })
  router.afterEach(() => sessionStorage.removeItem(RELOADED))
  router.beforeEach(async (to) => {
    await ready
    return to.meta['needsProject'] === true && !hasProject() ? '/start' : true
  })
  return router
}
