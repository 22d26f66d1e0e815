import vueI18n from '@intlify/eslint-plugin-vue-i18n'
import vue from 'eslint-plugin-vue'
import a11y from 'eslint-plugin-vuejs-accessibility'
import { defineConfig } from 'eslint/config'
import ts from 'typescript-eslint'

export default defineConfig(
  { ignores: ['node_modules', 'out', 'dist', 'coverage', 'test-results', 'src/compute/graph/proto/**'] },
  ts.configs.recommendedTypeChecked,
  vue.configs['flat/recommended'],
  a11y.configs['flat/recommended'],
  {
    languageOptions: {
      parserOptions: {
        parser: ts.parser,
        // One program for all: what folders share is checked once, not once for each. That no folder sees more than it may is for tsc.
        project: ['tsconfig.lint.json'],
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.vue'],
      },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
      'vuejs-accessibility/label-has-for': ['error', { required: { some: ['nesting', 'id'] } }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'No default exports.' },
        { selector: 'ExportAllDeclaration', message: 'No export *.' },
      ],
    },
  },
  {
    // Every component would change the whole program once more (1.4 s each, four fifths of a cold run): vue-tsc checks their types, and logic stands in .ts files.
    files: ['src/renderer/**/*.vue'],
    extends: [ts.configs.disableTypeChecked],
    languageOptions: { parserOptions: { parser: ts.parser } },
    plugins: { '@intlify/vue-i18n': vueI18n as never },
    rules: {
      'no-restricted-syntax': 'off',
      '@intlify/vue-i18n/no-raw-text': [
        'error',
        {
          ignorePattern: '^[\\s\\d·:/×%.,#()\\-–—+→←|?]*$',
          attributes: { '/.+/': ['title', 'aria-label', 'placeholder', 'alt', 'label'] },
        },
      ],
      'vue/multi-word-component-names': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/no-bare-strings-in-template': 'off',
    },
  },
  { files: ['*.config.ts', '.dependency-cruiser.mjs', 'src/renderer/**/*.d.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['scripts/**/*.mjs', '.dependency-cruiser.mjs'],
    extends: [ts.configs.disableTypeChecked],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
)
