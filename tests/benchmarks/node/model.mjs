// The graph in memory as a Node.js server would hold it: an object for each entity, its links as references.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const read = (folder, file) => JSON.parse(readFileSync(join(folder, file), 'utf8'))

/** What the peer does not answer; such operations are left out of the comparison. */
export class LeftOut extends Error {}

export class Model {
  #index = new Map()
  #orders = new Map()
  #below = new Map()

  constructor (folder) {
    const { ids, columns } = read(folder, 'model.json')
    this.declared = read(folder, 'ontology.json')
    this.types = this.declared.types
    this.vocabularies = vocabularies(this.declared)
    this.entities = []
    this.ofType = {}
    for (const [name, type] of Object.entries(this.types)) {
      if (!type.abstract) this.#make(name, type, columns[name], ids)
    }
    for (const [name, type] of Object.entries(this.types)) {
      this.ofType[name] ??= type.concrete.flatMap(below => this.ofType[below])
    }
    for (const entity of this.entities) this.#link(entity, this.types[entity.__typename].fields)
    this.byId = new Map(this.entities.map(entity => [entity.id, entity]))
  }

  #make (name, type, cells, ids) {
    const Entity = shape(name, type)
    const columns = Object.entries(type.fields).map(([field, { scheme }]) => this.#shown(cells[field], scheme))
    const start = this.entities.length
    let end = start
    while (ids[end]?.startsWith(type.slug + '/')) end++
    for (let n = start; n < end; n++) {
      this.entities.push(new Entity(n, ids[n], this.declared.data + ids[n], columns, n - start))
    }
    this.ofType[name] = this.entities.slice(start)
  }

  // Values of lists are kept by the names that their enums have in GraphQL, so that answers need no translation.
  #shown (column, scheme) {
    if (!scheme) return column
    const names = this.declared.vocabularies[scheme].names
    return column.map(cell => Array.isArray(cell) ? cell.map(slug => names[slug]) : cell === null ? null : names[cell])
  }

  #link (entity, fields) {
    for (const name in fields) {
      if (!fields[name].target) continue
      const cell = entity[name]
      if (fields[name].many) entity[name] = cell.map(n => this.entities[n])
      else if (cell !== null) entity[name] = this.entities[cell]
    }
  }

  /** The entity of a full id, or of a slug where the type is concrete. */
  find (id, type) {
    const found = this.byId.get(id.includes('/') || !type || type.abstract ? id : `${type.slug}/${id}`)
    if (!found) throw new Error(`no entity ${id}`)
    return found
  }

  /** For each value of a concrete type's field the entities that have it, by number. */
  inverted (type, field) {
    const key = `${type} ${field}`
    let found = this.#index.get(key)
    if (!found) {
      this.#index.set(key, found = new Map())
      for (const entity of this.ofType[type]) {
        const cell = value(entity, field)
        for (const one of Array.isArray(cell) ? cell : cell === null ? [] : [cell]) {
          if (found.has(one)) found.get(one).push(entity)
          else found.set(one, [entity])
        }
      }
    }
    return found
  }

  /** The entities of a type in an order, and each one's place in it by its number; sorted once. */
  inOrder (type, order, compare) {
    const key = type + order
    let found = this.#orders.get(key)
    if (!found) {
      const rows = [...this.ofType[type]].sort(compare())
      const places = new Int32Array(this.entities.length)
      rows.forEach((entity, place) => { places[entity.number_] = place })
      this.#orders.set(key, found = { rows, places })
    }
    return found
  }

  /** An entity and all below it in the tree of its type. */
  below (root, link) {
    const key = `${root.id} ${link}`
    let found = this.#below.get(key)
    if (!found) {
      const children = this.inverted(root.__typename, link)
      this.#below.set(key, found = closure(root, one => children.get(one)))
    }
    return found
  }
}

/** What is stated in a field; `label` is shown where nothing is stated as well. */
export const value = (entity, field) => entity[field === 'label' ? 'stated_' : field]

/** The start and all that can be reached from it. */
export function closure (start, next) {
  const seen = new Set([start])
  for (const one of seen) for (const other of next(one) ?? []) seen.add(other)
  return seen
}

// A class whose objects all have one shape, as V8 reads those fastest. The names are those of the ontology.
function shape (name, type) {
  const fields = Object.keys(type.fields)
  const own = fields.map((field, i) => field === 'label' ? '' : `this.${field} = columns[${i}][row]\n`).join('')
  const stated = fields.includes('label') ? `columns[${fields.indexOf('label')}][row]` : 'null'
  const label = type.label ? `columns[${fields.indexOf(type.label)}][row] ?? id` : 'id'
  const body = `return function ${name} (number, id, iri, columns, row) {
    this.number_ = number
    this.__typename = '${name}'
    this.id = id
    this.iri = iri
    this.label = ${label}
    this.stated_ = ${stated}
    ${own}}`
  return new Function(body)()
}

function vocabularies (declared) {
  const found = new Map()
  for (const [slug, { concepts, ...about }] of Object.entries(declared.vocabularies)) {
    const vocabulary = { ...about, id: slug }
    const made = new Map(concepts.map(one => [one.slug, { ...one, vocabulary, narrower: [] }]))
    for (const concept of made.values()) concept.broader = concept.broader.map(above => made.get(above))
    for (const concept of made.values()) for (const above of concept.broader) above.narrower.push(concept)
    vocabulary.concepts = [...made.values()]
    vocabulary.topConcepts = vocabulary.concepts.filter(one => !one.broader.length)
    vocabulary.byValue = new Map(vocabulary.concepts.map(one => [one.value, one]))
    found.set(slug, vocabulary)
  }
  return found
}
