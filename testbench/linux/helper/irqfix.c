// SPDX-License-Identifier: GPL-2.0
/*
 * Gives the interrupt line of every PCI device of User Mode Linux the chip it lacks. The bus over virtio allocates the
 * line and sets no chip, so request_irq() answers -ENOSYS to a driver that uses INTx, as ufshcd-pci does. Load this
 * module after the bus was scanned and before the driver; neither the kernel nor the driver is changed.
 */
#include <linux/irq.h>
#include <linux/module.h>
#include <linux/pci.h>

static int __init irqfix_init(void)
{
	struct pci_dev *dev = NULL;

	for_each_pci_dev(dev) {
		struct pci_host_bridge *bridge = pci_find_host_bridge(dev->bus);
		int irq = bridge->map_irq ? bridge->map_irq(dev, PCI_SLOT(dev->devfn), 1) : -1;

		if (irq > 0)
			irq_set_chip_and_handler_name(irq, &dummy_irq_chip, handle_simple_irq, "INTx");
	}
	return 0;
}

static void __exit irqfix_exit(void)
{
}

module_init(irqfix_init);
module_exit(irqfix_exit);
MODULE_DESCRIPTION("An irq chip for INTx of PCI over virtio");
MODULE_LICENSE("GPL");
