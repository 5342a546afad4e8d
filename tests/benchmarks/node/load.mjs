// Load on one address with autocannon: the bodies of a file, of which each connection has a part of its own.

import { readFileSync } from 'node:fs'
import autocannon from 'autocannon'

const [address, given, duration, file] = process.argv.slice(2)
const connections = Number(given)
const headers = { 'content-type': 'application/json', accept: 'application/json' }
const asRequest = body => ({ method: 'POST', headers, body: JSON.stringify(body) })
const requests = JSON.parse(readFileSync(file, 'utf8')).map(asRequest)

let begun = 0
function setupClient (client) {
  const part = n => Math.floor((n % connections) * requests.length / connections)
  client.setRequests(requests.slice(part(begun), part(begun + 1) || undefined))
  begun++
}

const times = []
const url = `${address}/graphql`
const load = autocannon({ url, connections, duration: Number(duration), requests: requests.slice(0, 1), setupClient })
load.on('response', (client, status, bytes, ms) => times.push(ms)) // as autocannon's own figures are whole ms
const { errors, timeouts, non2xx, duration: seconds } = await load
times.sort((a, b) => a - b)
const within = share => times[Math.min(times.length - 1, Math.floor(times.length * share))] / 1000
const faults = errors + timeouts + non2xx
const found = { answers: times.length, seconds, faults, p50: within(0.5), p99: within(0.99) }
process.stdout.write(JSON.stringify(found) + '\n')
