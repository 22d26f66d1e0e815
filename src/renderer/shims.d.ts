declare module '*.css'
/** For tools that do not read Vue files (the linter); vue-tsc sees the real types. */
declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent
  export default component
}
