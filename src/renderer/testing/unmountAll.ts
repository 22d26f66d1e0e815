import { disableAutoUnmount, enableAutoUnmount } from '@vue/test-utils'
import { afterEach } from 'vitest'

// Files share a document: what one leaves mounted would draw into the document of the next.
disableAutoUnmount()
enableAutoUnmount(afterEach)
