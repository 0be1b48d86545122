import type { Resolvers } from '../generated/schema.ts';
import { addOnPrice } from './add-ons.service.ts';

export const resolvers: Resolvers = {
  AddOn: {
    price: (addOn, _args, ctx) => addOnPrice(ctx, addOn),
  },
};
