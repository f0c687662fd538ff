// What check.js takes from npm for a ledger of the suite sm2-sm3, whose algorithms no browser has.
export { sm2, sm3 } from "sm-crypto-v2";
