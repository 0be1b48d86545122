import { BlockList, isIP } from 'node:net';

/** Which family an address is of; undefined for what is none. */
export function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  if (version === 0) return undefined;
  return version === 4 ? 'ipv4' : 'ipv6';
}

const PREFIX = /^\d{1,3}$/;

/** Whether it is an address or a network such as `10.0.0.0/8`. */
export function isNetwork(entry: string): boolean {
  try {
    add(new BlockList(), entry);
    return true;
  } catch {
    return false;
  }
}

/** All addresses in any of the networks. @throws RangeError for an entry that is none */
export function networkList(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) add(list, entry);
  return list;
}

/** Whether the address is in one of the networks; what is no address is in none. */
export function isWithin(networks: BlockList, address: string): boolean {
  const family = familyOf(address);
  return family !== undefined && networks.check(address, family);
}

function add(list: BlockList, entry: string): void {
  const [address = '', prefix, ...rest] = entry.split('/');
  const family = familyOf(address);
  // An address of one machine's link (`fe80::1%eth0`) means nothing to another machine.
  if (family === undefined || address.includes('%') || rest.length > 0) throw new RangeError('no network');
  if (prefix === undefined) list.addAddress(address, family);
  else if (PREFIX.test(prefix)) list.addSubnet(address, Number(prefix), family);
  else throw new RangeError('no network');
}
