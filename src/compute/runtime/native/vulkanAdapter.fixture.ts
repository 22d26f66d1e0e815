import type { VulkanAdapter } from '../../../shared/model/device.ts'

/** An adapter for tests: a discrete card unless told otherwise. */
export const vulkanAdapter = (more: Partial<VulkanAdapter> = {}): VulkanAdapter => ({
  index: 0,
  name: 'card',
  vendor: 'NVIDIA',
  vendorId: 0x10de,
  deviceId: 0x2684,
  type: 'discrete',
  driver: 'NVIDIA 570.86',
  apiVersion: '1.3.0',
  heaps: [],
  uuid: null,
  pci: null,
  ...more,
})
