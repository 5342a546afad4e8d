// Our schema, printed by us, with the resolvers of the peer over its own model.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  GraphQLInterfaceType, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLScalarType, GraphQLString, buildSchema,
  getNamedType, isSpecifiedScalarType
} from 'graphql'
import { facets, groupBy } from './facets.mjs'
import { Page } from './lists.mjs'
import { LeftOut, Model } from './model.mjs'

/** The executable schema over the files of a folder, which `node_files.py` writes. */
export function makeSchema (folder, model = new Model(folder)) {
  const schema = buildSchema(readFileSync(join(folder, 'schema.graphql'), 'utf8'), { assumeValidSDL: true })
  for (const type of Object.values(schema.getTypeMap())) {
    if (type instanceof GraphQLInterfaceType) type.resolveType = one => one.__typename
    if (type instanceof GraphQLObjectType) resolve(model, type)
  }
  schema.model = model
  return schema
}

/** The schema with texts for scalars of its own, as graphql-jit's fast serialization knows GraphQL's own alone. */
export function withTexts (schema) {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!(type instanceof GraphQLObjectType || type instanceof GraphQLInterfaceType)) continue
    for (const field of Object.values(type.getFields())) field.type = asText(field.type)
  }
  return schema
}

function asText (type) {
  if (type instanceof GraphQLNonNull) return new GraphQLNonNull(asText(type.ofType))
  if (type instanceof GraphQLList) return new GraphQLList(asText(type.ofType))
  return type instanceof GraphQLScalarType && !isSpecifiedScalarType(type) ? GraphQLString : type
}

function resolve (model, type) {
  const entity = model.types[type.name]
  const connection = type.name.endsWith('Connection') && model.types[type.name.slice(0, -'Connection'.length)]
  for (const [name, field] of Object.entries(type.getFields())) {
    if (type.name === 'Query') field.resolve = rootResolver(model, name)
    else if (entity) field.resolve = fieldResolver(model, entity, name, field)
    else if (connection && name === 'facets') field.resolve = facets(model)
    else if (connection && name === 'groupBy') field.resolve = groupBy(model)
  }
}

const leftOut = name => () => { throw new LeftOut(`left out: ${name}`) }

function rootResolver (model, name) {
  const types = Object.entries(model.types).filter(([, type]) => !type.abstract)
  for (const [kind, type] of types) {
    if (type.plural === name) return (_, args) => new Page(model, kind, name, null, args)
    if (type.singular === name) return byKey(model, kind, type)
  }
  return general(model)[name] ?? leftOut(name)
}

const general = model => ({
  node: (_, { id }) => model.find(id),
  nodes: (_, { ids }) => ids.map(id => model.find(id)),
  entity: (_, { iri }) => model.find(iri.slice(model.declared.data.length)),
  vocabularies: () => [...model.vocabularies.values()],
  vocabulary: (_, { id }) => model.vocabularies.get(id),
  concept: (_, { id }) => {
    const [scheme, slug] = id.split('/')
    return model.vocabularies.get(scheme).concepts.find(one => one.slug === slug)
  }
})

const byKey = (model, kind, type) => (_, { id, ...keys }) => {
  if (id != null) return model.find(id, type)
  const [name, value] = Object.entries(keys)[0]
  const found = model.inverted(kind, name).get(value)
  if (!found) throw new Error(`no ${kind} with ${name} ${value}`)
  return found[0]
}

function fieldResolver (model, entity, name, field) {
  const stated = entity.fields[name]
  if (stated?.target && stated.many) return listResolver(model, stated, name, field)
  return name === 'completeness' ? leftOut(name) : undefined // the property of that name
}

function listResolver (model, { target }, name, field) {
  if (getNamedType(field.type).name === `${target}Connection`) {
    return (entity, args) => args.alone
      ? leftOut('alone')()
      : new Page(model, target, `${entity.id} ${name}`, entity[name], args)
  }
  const named = ([, one]) => one.kind === 'field-name' && !one.many
  const about = Object.entries(model.types[target].fields).find(named)?.[0]
  return (entity, args) => {
    let found = entity[name]
    if (about && args[about] != null) found = found.filter(one => one[about] === args[about])
    const size = args.first ?? 200
    return found.length > size ? found.slice(0, size) : found
  }
}
