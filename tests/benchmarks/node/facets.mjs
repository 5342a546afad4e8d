// Lists counted by what their entities state: facets and cross tables.

import { closure, value } from './model.mjs'
import { compare } from './texts.mjs'

const SHOWN = 20

/** The resolver of `facets`. */
export const facets = model => (page, { fields, first, under }) => fields.map(name => {
  const facet = describe(model, model.types[page.name].facets[name])
  const counts = counted(page.fitting(without(page.where, facet.steps)), facet, under)
  return shown(facet, counts, top(facet, counts, first ?? SHOWN))
})

/** The resolver of `groupBy`. */
export const groupBy = model => (page, { rows, columns, first, under }) => {
  const entities = page.fitting(page.where)
  const sides = [rows, columns].map(name => describe(model, model.types[page.name].facets[name]))
  const counts = sides.map(side => counted(entities, side, under))
  const tops = sides.map((side, i) => top(side, counts[i], first ?? SHOWN))
  const [down, along] = tops.map(keys => new Set(keys))
  const pairs = new Map(tops[0].map(key => [key, new Map()]))
  let [missing, leftOut] = [0, 0]
  for (const entity of entities) {
    const [mine, others] = sides.map(side => keysOf(side, entity, under))
    if (!mine.size || !others.size) { missing++; continue }
    let met = false
    for (const row of mine) {
      if (!down.has(row)) continue
      for (const column of others) {
        if (!along.has(column)) continue
        met = true
        const cells = pairs.get(row)
        cells.set(column, (cells.get(column) ?? 0) + 1)
      }
    }
    if (!met) leftOut++
  }
  const cells = tops[0].flatMap(row => tops[1].filter(column => pairs.get(row).has(column)).map(column => (
    { row: sides[0].text(row), column: sides[1].text(column), count: pairs.get(row).get(column) })))
  const [left, above] = sides.map((side, i) => shown(side, counts[i], tops[i]))
  return { rows: left, columns: above, cells, missing, leftOut }
}

const none = () => []

function describe (model, { name, label, path, steps }) {
  const field = path.at(-1)
  const made = { name, label, path, steps, kind: field?.kind ?? 'type', above: none, text: String, title: String }
  switch (made.kind) {
    case 'link': {
      const { tree } = model.types[field.target]
      return { ...made, text: one => one.id, title: one => one.label, above: tree ? one => one[tree] : none }
    }
    case 'enum': {
      const { byValue } = model.vocabularies.get(field.scheme)
      const above = one => byValue.get(one).broader.map(other => other.value)
      return { ...made, title: one => byValue.get(one).label, above }
    }
    case 'boolean': return { ...made, title: one => one ? 'yes' : 'no' }
    case 'type': {
      const types = model.types
      return { ...made, text: one => types[one].enum, title: one => types[one].title }
    }
  }
  return made
}

const listed = cell => Array.isArray(cell) ? cell : cell === null || cell === undefined ? [] : [cell]

function keysOf (facet, entity, under) {
  const [near, far] = facet.path
  if (!near) return new Set([entity.__typename])
  let cells = listed(value(entity, near.name))
  if (far) cells = cells.flatMap(one => listed(value(one, far.name)))
  if (facet.kind === 'date') return new Set(cells.map(date => date.slice(0, 4)))
  if (!under) return new Set(cells)
  return new Set(cells.flatMap(one => [...closure(one, facet.above)]))
}

function counted (entities, facet, under) {
  const [near, far] = facet.path
  const byKey = new Map()
  let missing = 0
  const simple = near && !far && facet.kind !== 'date' && !under
  for (const entity of entities) {
    const cell = simple ? value(entity, near.name) : keysOf(facet, entity, under)
    if (cell === null || cell === undefined || cell.length === 0 || cell.size === 0) missing++
    else if (simple && !Array.isArray(cell)) byKey.set(cell, (byKey.get(cell) ?? 0) + 1)
    else for (const key of cell) byKey.set(key, (byKey.get(key) ?? 0) + 1)
  }
  return { byKey, missing }
}

function top ({ text }, { byKey }, size) {
  const order = ([one, times], [other, timesOther]) => timesOther - times || compare(text(one), text(other))
  return [...byKey].sort(order).slice(0, size).map(([key]) => key)
}

function shown (facet, { byKey, missing }, keys) {
  const buckets = keys.map(key => ({
    value: facet.text(key),
    label: facet.title(key),
    count: byKey.get(key),
    broader: [...facet.above(key)].map(facet.text)
  }))
  return { field: facet.name, label: facet.label, missing, distinct: byKey.size, buckets }
}

// A `where` without its conditions on what a facet counts: those at the top, within `and` and within `some`.
function without (where, [[own, many], ...rest]) {
  const kept = {}
  for (const [name, operand] of Object.entries(where)) {
    if (name === 'and') kept.and = operand.map(part => without(part, [[own, many], ...rest]))
    else if (name !== own) kept[name] = operand
    else if (rest.length) {
      const inner = many ? inside(operand, rest) : without(operand, rest)
      if (Object.keys(inner).length) kept[name] = inner
    }
  }
  return kept
}

function inside (operand, steps) {
  const parts = Object.entries(operand).map(([name, part]) => [name, name === 'some' ? without(part, steps) : part])
  return Object.fromEntries(parts.filter(([, part]) => typeof part !== 'object' || Object.keys(part).length))
}
