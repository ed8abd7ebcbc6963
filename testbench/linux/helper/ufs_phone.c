// SPDX-License-Identifier: GPL-2.0
/*
 * What stands between Linux's unmodified ufshcd and a controller in a phone, where PCI has nothing of the kind: it says
 * that clocks may be gated with the link in hibern8, that clocks and gear may be scaled with the load, that the device is
 * suspended when idle, and that engine and WriteBooster are there (the capabilities that ufs-qcom.c sets). It has no
 * clocks of its own to switch; a UIC command is what the controller sees of them.
 *
 * Load it in place of ufshcd-pci.ko.
 */
#include <linux/list.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/pm_opp.h>
#include <linux/pm_runtime.h>
#include <linux/slab.h>
#include <linux/version.h>
#include <ufs/ufshcd.h>

/*
 * A clock without a name is nobody's, but its two frequencies are what scaling goes between. Before operating points of
 * Linux 6.7 a frequency had to be a clock's, and there is none here.
 */
static int ufs_phone_add_clock(struct ufs_hba *hba)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	struct ufs_clk_info *clock = devm_kzalloc(hba->dev, sizeof(*clock), GFP_KERNEL);

	if (!clock)
		return -ENOMEM;
	clock->min_freq = 75000000;
	clock->max_freq = 300000000;
	clock->curr_freq = clock->max_freq;
	list_add_tail(&clock->list, &hba->clk_list_head);
	dev_pm_opp_add(hba->dev, clock->min_freq, 0);
	dev_pm_opp_add(hba->dev, clock->max_freq, 0);
	hba->use_pm_opp = true;
	hba->caps |= UFSHCD_CAP_CLK_SCALING;
#endif
	return 0;
}

static int ufs_phone_init(struct ufs_hba *hba)
{
	hba->caps |= UFSHCD_CAP_CLK_GATING | UFSHCD_CAP_HIBERN8_WITH_CLK_GATING | UFSHCD_CAP_RPM_AUTOSUSPEND |
		     UFSHCD_CAP_CRYPTO | UFSHCD_CAP_WB_EN;
	return ufs_phone_add_clock(hba);
}

static struct ufs_hba_variant_ops ufs_phone_ops = {
	.name = "ufs_phone",
	.init = ufs_phone_init,
};

static int ufs_phone_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct ufs_hba *hba;
	void __iomem *registers;
	int err = pcim_enable_device(pdev);

	if (err)
		return err;
	pci_set_master(pdev);
	registers = pcim_iomap(pdev, 0, 0);
	if (!registers)
		return -ENOMEM;
	err = ufshcd_alloc_host(&pdev->dev, &hba);
	if (err)
		return err;
	hba->vops = &ufs_phone_ops;
	err = ufshcd_init(hba, registers, pdev->irq);
	if (err)
		return err;
	pm_runtime_put_noidle(&pdev->dev);
	pm_runtime_allow(&pdev->dev);
	return 0;
}

static void ufs_phone_remove(struct pci_dev *pdev)
{
	pm_runtime_forbid(&pdev->dev);
	pm_runtime_get_noresume(&pdev->dev);
	ufshcd_remove(pci_get_drvdata(pdev));
}

static const struct dev_pm_ops ufs_phone_pm = {
	SET_SYSTEM_SLEEP_PM_OPS(ufshcd_system_suspend, ufshcd_system_resume)
	SET_RUNTIME_PM_OPS(ufshcd_runtime_suspend, ufshcd_runtime_resume, NULL)
	.prepare = ufshcd_suspend_prepare,
	.complete = ufshcd_resume_complete,
};

static const struct pci_device_id ufs_phone_ids[] = {
	{ PCI_DEVICE_CLASS(0x010900, 0xffff00) }, /* mass storage, UFS */
	{ }
};
MODULE_DEVICE_TABLE(pci, ufs_phone_ids);

static struct pci_driver ufs_phone_driver = {
	.name = "ufs_phone",
	.id_table = ufs_phone_ids,
	.probe = ufs_phone_probe,
	.remove = ufs_phone_remove,
	.driver.pm = &ufs_phone_pm,
};
module_pci_driver(ufs_phone_driver);
MODULE_DESCRIPTION("ufshcd with a phone's capabilities on PCI");
MODULE_LICENSE("GPL");
