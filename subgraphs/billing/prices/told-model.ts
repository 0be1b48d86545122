import type { ChargeModel as ToldModel } from '../generated/schema.ts';
import type { ChargeModel, Tier } from './charge-model.ts';

/** A charge model as the API has it. */
export const toldModel = (model: ChargeModel): ToldModel => ({
  kind: model.kind,
  unitPrice: model.kind === 'STANDARD' ? model.unit : null,
  tiers: 'tiers' in model ? model.tiers.map(toldTier) : null,
  packageSize: model.kind === 'PACKAGE' ? BigInt(model.size) : null,
  packagePrice: model.kind === 'PACKAGE' ? model.price : null,
  minimum: model.minimum ?? null,
});

const toldTier = ({ upTo, unit, flat }: Tier) => ({
  upTo: upTo === null ? null : BigInt(upTo),
  unitPrice: unit,
  flatPrice: flat ?? null,
});
