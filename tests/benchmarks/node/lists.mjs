// Pages of lists: in an order, filtered, cut by cursors.

import { createHash } from 'node:crypto'
import { candidates, compiled } from './conditions.mjs'
import { LeftOut, value } from './model.mjs'
import { compare, firstDay, fold } from './texts.mjs'

const FIRST = 20
const NONE = []

/** How the values of a field compare; what is absent comes last both ways. */
function comparison (model, type, { field: asked, direction }) {
  if (asked === 'ID') return direction === 'DESC' ? (a, b) => compare(b.id, a.id) : (a, b) => compare(a.id, b.id)
  const name = type.orders[asked]
  if (!name) throw new LeftOut(`orderBy: ${asked}`)
  const rank = ranking(model, type.fields[name])
  const way = direction === 'DESC' ? -1 : 1
  return (a, b) => {
    const [mine, other] = [value(a, name), value(b, name)]
    if (mine === null || other === null) return (mine === null) - (other === null)
    return way * rank(mine, other)
  }
}

function ranking (model, field) {
  switch (field.kind) {
    case 'enum': {
      const { byValue } = model.vocabularies.get(field.scheme)
      const rank = name => byValue.get(name).rank ?? -1
      return (a, b) => rank(a) - rank(b) || compare(byValue.get(a).slug, byValue.get(b).slug)
    }
    case 'date': return (a, b) => compare(firstDay(a), firstDay(b))
    case 'integer': case 'decimal': case 'boolean': return (a, b) => a - b
  }
  return (a, b) => compare(fold(a), fold(b)) || compare(a, b)
}

function ordering (model, type, terms) {
  const parts = terms.map(term => comparison(model, type, term))
  return (a, b) => {
    for (const part of parts) {
      const found = part(a, b)
      if (found) return found
    }
    return compare(a.id, b.id)
  }
}

/** A window on a list. `rows` are by number, null for all of the type; `place` tells the list from others. */
export class Page {
  #model
  #name
  #type
  #place
  #rows
  #args
  #order
  #test
  #list
  #left
  #found
  #shown
  #low
  #high
  #tag
  #fitting

  constructor (model, name, place, rows, args) {
    const type = model.types[name]
    const terms = args.orderBy ?? NONE
    const plain = !terms.length && !type.abstract
    const order = plain ? '' : JSON.stringify(terms)
    this.#model = model
    this.#name = name
    this.#type = type
    this.#place = place
    this.#rows = rows
    this.#args = args
    this.#order = plain ? null : model.inOrder(name, order, () => ordering(model, type, terms))
    this.where = args.where ?? {}
    this.size = args.last ?? args.first ?? FIRST
    this.backwards = args.last != null || (args.first == null && args.before != null && args.after == null)
    this.#list = this.#start()
    this.#low = args.after == null ? 0 : this.#beyond(args.after, 1)
    this.#high = Math.max(this.#low, args.before == null ? this.#list.length : this.#beyond(args.before, 0))
  }

  get name () { return this.#name }

  #sorted (rows) {
    if (!this.#order) return rows
    const { places } = this.#order
    return [...rows].sort((a, b) => places[a.number_] - places[b.number_])
  }

  #whole () {
    if (this.#rows) return this.#sorted(this.#rows)
    return this.#order ? this.#order.rows : this.#model.ofType[this.#name]
  }

  // The list to look through: what an index leaves, unless so much that to walk the order from its start is less work.
  #start () {
    if (!Object.keys(this.where).length) return this.#whole()
    this.#test = compiled(this.#model, this.#type, this.where)
    if (this.#rows) return this.#whole()
    this.#left = candidates(this.#model, this.#type, this.where)
    const rows = this.#left?.rows
    const worth = rows && (!this.#order || rows.length ** 2 < this.size * this.#model.ofType[this.#name].length)
    if (worth && this.#left.exact) this.#test = undefined
    return worth ? this.#sorted(rows) : this.#whole()
  }

  #beyond (cursor, more) {
    const [, , id] = JSON.parse(Buffer.from(cursor, 'base64url'))
    const asked = this.#model.byId.get(id)
    const place = this.#order ? one => this.#order.places[one.number_] : one => one.number_
    const bound = place(asked) + more
    let [low, high] = [0, this.#list.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (place(this.#list[middle]) < bound) low = middle + 1
      else high = middle
    }
    return low
  }

  #fits (place) { return !this.#test || this.#test(this.#list[place]) }

  #any (from, to, step) {
    for (let place = from; place !== to; place += step) if (this.#fits(place)) return true
    return false
  }

  get #places () {
    if (this.#found) return this.#found
    const found = []
    const [from, to, step] = this.backwards ? [this.#high - 1, this.#low - 1, -1] : [this.#low, this.#high, 1]
    for (let place = from; place !== to && found.length < this.size; place += step) {
      if (this.#fits(place)) found.push(place)
    }
    return (this.#found = this.backwards ? found.reverse() : found)
  }

  get nodes () { return (this.#shown ??= this.#places.map(place => this.#list[place])) }
  get edges () { return this.nodes.map(node => new Edge(this, node)) }
  get pageInfo () { return this }
  get totalCount () { return this.fitting(this.where).length }

  /** All entities of the list that meet a `where`, be it not the list's own; sought once. */
  fitting (where) {
    const whole = this.#rows ?? this.#model.ofType[this.#name]
    if (!Object.keys(where).length) return whole
    const key = JSON.stringify(where)
    this.#fitting ??= new Map()
    if (!this.#fitting.has(key)) this.#fitting.set(key, this.#sought(where, whole))
    return this.#fitting.get(key)
  }

  #sought (where, whole) {
    const left = this.#rows ? null : where === this.where ? this.#left : candidates(this.#model, this.#type, where)
    return left?.exact ? left.rows : (left?.rows ?? whole).filter(compiled(this.#model, this.#type, where))
  }

  get hasNextPage () {
    const empty = this.backwards ? this.#high : this.#low
    return this.#any(this.#places.length ? this.#places.at(-1) + 1 : empty, this.#list.length, 1)
  }

  get hasPreviousPage () {
    const empty = this.backwards ? this.#high : this.#low
    return this.#any((this.#places.length ? this.#places[0] : empty) - 1, -1, -1)
  }

  get startCursor () { return this.nodes.length ? this.cursor(this.nodes[0]) : null }
  get endCursor () { return this.nodes.length ? this.cursor(this.nodes.at(-1)) : null }

  cursor (entity) {
    const terms = this.#args.orderBy ?? NONE
    const asked = JSON.stringify([this.#place, this.where, terms])
    this.#tag ??= createHash('md5').update(asked).digest('base64').slice(0, 8)
    const raw = terms.map(({ field }) => field === 'ID' ? entity.id : value(entity, this.#type.orders[field]))
    return Buffer.from(JSON.stringify([this.#tag, raw, entity.id])).toString('base64url')
  }
}

class Edge {
  #page
  constructor (page, node) {
    this.#page = page
    this.node = node
  }

  get cursor () { return this.#page.cursor(this.node) }
}
