import { z } from 'zod';
import { featurePresets, serverFeatures } from './server-features.ts';
import { featureCodeForm, slotListForm } from './text-forms.ts';

export type { ServerFeature } from './server-features.ts';

export const featureCodeSchema = z.string().trim().max(featureCodeForm.longest).regex(featureCodeForm.pattern);

export const featureCodesSchema = z.record(z.enum(serverFeatures), featureCodeSchema);
export type FeatureCodes = z.infer<typeof featureCodesSchema>;

export const serverFeatureSettingsSchema = z.object({
  /** The set that `codes` began with; `custom` once a person has changed one. */
  preset: z.enum([...featurePresets, 'custom']),
  codes: featureCodesSchema,
  /** Parking places to watch and to show. Empty: none. */
  parkSlots: z.string().trim().max(slotListForm.longest).regex(slotListForm.pattern),
});
export type ServerFeatureSettings = z.infer<typeof serverFeatureSettingsSchema>;
