// Who may sign: from the keys of a seal over their registrars to the authority of the genesis
// (docs/formats.md, sections 2 and 8).

/** @typedef {{index: number, record: any, seal: any}} Checked */

const NAME = "[^/:]+";
const ROLE = new RegExp(`^${NAME}/${NAME}$`);
const REGISTRAR = new RegExp(`^registrar:(${NAME}(?:/${NAME})?)$`);

/** Whether enough keys of the authority signed. @param {any} seal @param {any} genesis */
export function byAuthority(seal, genesis) {
  const { threshold, keys } = genesis["nianlun:authority"];
  return !seal.onBehalfOf && threshold >= 1 &&
         seal.signers.filter((/** @type {string} */ did) => keys.includes(did)).length >= threshold;
}

/** @param {Checked} checked @param {string} origin */
export function isGenesis(checked, origin) {
  const { event } = checked.record;
  return checked.index === 0 && event.type === "nianlun:Genesis" &&
         event["nianlun:origin"] === origin && byAuthority(checked.seal, event);
}

/** The party of a key by a record that enrols it; "" for a key of the genesis, null for none. */
function partyOf(/** @type {Checked} */ checked, /** @type {string} */ did, /** @type {string} */ origin) {
  const { event, verdict } = checked.record;
  if (verdict.outcome !== "accepted") return null;
  if (event.type === "nianlun:KeyEnrolled") {
    return event["nianlun:key"] === did && event["nianlun:party"] ? event["nianlun:party"] : null;
  }
  if (!isGenesis(checked, origin)) return null;
  const named = event["nianlun:gateway"] === did || event["nianlun:authority"].keys.includes(did);
  return named ? "" : null;
}

/** @param {string[]} held @param {string} role */
function mayGrant(held, role) {
  return ROLE.test(role) && held.some((one) => {
    const scope = REGISTRAR.exec(one)?.[1];
    return scope === role || scope === role.slice(0, role.indexOf("/"));
  });
}

/**
 * Whether `record` made the submitter of `enrolment` a registrar who could give all of its roles.
 * @param {Checked} record @param {Checked} enrolment @param {Checked} genesis
 */
function isRegistrarOf(record, enrolment, genesis) {
  const given = enrolment.record.event;
  const origin = genesis.record.event["nianlun:origin"];
  if (record.index === 0 || record.index >= enrolment.index || enrolment.seal.onBehalfOf) return false;
  if (partyOf(record, enrolment.seal.submitter, origin) !== given["nianlun:party"]) return false;
  const held = record.record.event["nianlun:roles"] ?? [];
  return byAuthority(record.seal, genesis.record.event) &&
         held.some((/** @type {string} */ role) => REGISTRAR.test(role)) &&
         (given["nianlun:roles"] ?? []).every((/** @type {string} */ role) => mayGrant(held, role));
}

/**
 * The party of each signer of a record, "" for keys that the genesis names and null for a signer
 * whom nobody enrolled, which only a refused event has. Throws if one is not entitled.
 * @param {Checked} of @param {Checked[]} signers @param {Checked[]} others @param {string} origin
 * @returns {(string | null)[]}
 */
export function enrolledBy(of, signers, others, origin) {
  const records = [...signers, ...others];
  const genesis = records.find((one) => isGenesis(one, origin));
  let next = 0;
  const parties = of.seal.signers.map((/** @type {string} */ did) => {
    const enrolment = signers[next];
    const early = enrolment && (enrolment.index < of.index || enrolment.index === 0);
    const party = early ? partyOf(enrolment, did, origin) : null;
    if (party !== null) ++next;
    else if (of.record.verdict.outcome !== "refused") throw new Error(`nobody enrolled ${did}`);
    return party;
  });
  if (next !== signers.length) throw new Error("an enrolment of somebody else");
  for (const enrolment of signers) {
    if (!genesis) throw new Error("no genesis");
    if (enrolment.index === 0 || byAuthority(enrolment.seal, genesis.record.event)) continue;
    if (!records.some((one) => isRegistrarOf(one, enrolment, genesis))) {
      throw new Error("enrolled by somebody who was not entitled");
    }
  }
  return parties;
}

/**
 * What the authority called the parties, by their URIs. Throws if somebody else did.
 * @param {Checked[]} named @param {Checked[]} records with the genesis, if any of them has it
 * @param {string} origin @returns {Map<string, Record<string, string>>} language to text
 */
export function namesOf(named, records, origin) {
  const genesis = records.find((one) => isGenesis(one, origin));
  return new Map(named.map(({ record, seal }) => {
    const { event, verdict } = record;
    if (event.type !== "nianlun:PartyEnrolled" || verdict.outcome !== "accepted" || !genesis ||
        !byAuthority(seal, genesis.record.event)) {
      throw new Error("a name that nobody entitled gave");
    }
    return [event["nianlun:party"], event["nianlun:name"]];
  }));
}
