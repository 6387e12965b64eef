"""Small pieces of Jinja that between them touch everything the evaluator does."""

VARIABLES = {
    "users": [{"name": "Ann", "age": 31, "city": {"name": "Oslo"}}, {"name": "bob", "age": 7, "city": {"name": "Rome"}},
              {"name": "Cid", "age": 31, "city": {"name": "oslo"}}, {"name": "dee", "age": None}],
    "tree": [{"n": "a", "kids": [{"n": "b", "kids": [{"n": "c", "kids": []}]}, {"n": "d", "kids": []}]}],
    "text": "Hello, World! ünïcödé 你好 🙂",
    "number": 7, "negative": -7, "real": 2.5, "big": 12345678901, "yes": True, "no": False, "nothing": None,
    "empty": "", "mixed": {"b": 2, "a": [1, 2.0, None, True, "x'y"], "items": 5}, "html": "<a href=\"x\">&'</a>",
}

# Printing values as Python prints them.
PRINTED = r"""
{{ 1 }} {{ -1 }} {{ 1.0 }} {{ 1e3 }} {{ 1e16 }} {{ 1e15 }} {{ 1e-4 }} {{ 0.00001 }} {{ 1.5e300 }} {{ 0.1 + 0.2 }} {{ 1_000 }}
{{ true }} {{ True }} {{ false }} {{ none }} {{ None }} {{ [] }} {{ {} }} {{ () }} {{ (1,) }} {{ (1, 2) }} {{ [1, [2, (3,)]] }}
{{ ['a', "b'c", 'd"e', 'f\'g"h', 'x\ny\t\\', 'ü', '\x00\x7f\u200b', '🙂'] }}
{{ {'a': 1, 2: 'b', none: 1.5, true: false, (1, 2): []} }} {{ mixed }} {{ users[0] }}
{{ 0x1F }} {{ 0b101 }} {{ 0o17 }} {{ 00 }} {{ 1_0.5_0 }} {{ 1.0e+2 }} {{ 12e-1 }}
{{ 'a' 'b' "c" }} {{ "\u00e9\x41\101\q\/" }} {{ 'a\
b' }}
{{ missing }}|{{ nothing }}|{{ range(3) }} {{ range(1, 10, 3) }} {{ range(5)[1:3] }} {{ range(5, 0, -2)|list }} {{ range(0)|list }}
{{ mixed.keys() }} {{ mixed.values() }} {{ mixed.items() }} {{ mixed|items|list }} {{ dict(a=1, b=2) }} {{ dict([('x', 1)], y=2) }}
{{ namespace(a=1, b='x') }} {{ 1.0|string }} {{ 3.0 // 2 }} {{ -0.0 }} {{ 1e22 }} {{ 123456789.123 }} {{ 5e-324 }}
"""

OPERATORS = r"""
{{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % 3 }} {{ -7 % 3 }} {{ 7 % -3 }} {{ 7.5 // 2 }} {{ -7.5 % 2 }} {{ 7 / 2 }} {{ 6 / 2 }}
{{ 2 ** 10 }} {{ 2 ** -1 }} {{ 2 ** 3 ** 2 }} {{ -2 ** 2 }} {{ 2.0 ** 0.5 }} {{ 0 ** 0 }} {{ 2 ** 0.5 }}
{{ 1 + 2 * 3 - 4 }} {{ (1 + 2) * 3 }} {{ -number }} {{ +number }} {{ - -3 }} {{ 1 + true }} {{ 3 - 1.5 }}
{{ 'a' + 'b' }} {{ 'ab' * 3 }} {{ 2 * 'xy' }} {{ [1] + [2] }} {{ [0] * 3 }} {{ (1,) + (2,) }} {{ 'x' * -1 }}|{{ 'x' * 0 }}
{{ 'a' ~ 1 ~ none ~ 2.0 ~ [1] ~ missing }} {{ 1 ~ 2 }}
{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 3 > 2 >= 2 != 1 }} {{ 1 == 1.0 }} {{ 1 == true }} {{ 'a' < 'b' }} {{ [1, 2] < [1, 3] }} {{ (1, 2) == [1, 2] }}
{{ 'a' in 'abc' }} {{ 'd' not in 'abc' }} {{ 1 in [1, 2] }} {{ 'b' in mixed }} {{ 3 in range(5) }} {{ none in [none] }} {{ 1 in missing }}
{{ not true }} {{ not missing }} {{ 1 and 2 }} {{ 0 or 'x' }} {{ '' or none or [] }} {{ 1 and '' }} {{ not 1 == 2 }}
{{ 'yes' if number else 'no' }} {{ 'x' if no }} {{ 1 if no else 2 if no else 3 }} {{ (1 if yes else 2) + 1 }}
{{ 'a' == 'a' and not 'b' == 'c' or false }} {{ {'a': 1} == {'a': 1.0} }} {{ [] == () }} {{ missing == missing2 }} {{ none == false }}
{{ 'x' if yes is true else 'y' }} {{ -number|abs }} {{ (-number)|abs }} {{ 10 - 2 - 3 }} {{ 100 / 10 / 2 }}
{{ 2 + 3 ~ 'x' }}
{{ 1 if true }} {{ '%s is %d, %.2f%% %5s|%-5s|%05d %x %r' % ('a', 3, 1.005, 'b', 'c', 42, 255, 'q') }} {{ '%(a)s-%(b)03d' % {'a': 1, 'b': 2} }}
{{ '%.3d|%6.3d|%-6.3d|%+.2d|%.0d|%.4x' % (5, -5, 5, 5, 0, 255) }} {{ '%s' % 5 }} {{ '%s' % [1, 2] }} {{ '%+d % d %e %g %G %c' % (1, 2, 12345.678, 0.0001, 1e20, 'z') }} {{ '%10.3s|' % 'abcdef' }}
"""

ACCESS = r"""
{{ text[0] }} {{ text[-1] }} {{ text[1:4] }} {{ text[::-1] }} {{ text[-3:] }} {{ text[:-25] }} {{ text[100:] }}| {{ text[::5] }} {{ text[20:14:-2] }}
{{ [1, 2, 3, 4][1:] }} {{ [1, 2, 3, 4][::-1] }} {{ [1, 2, 3, 4][-2:] }} {{ (1, 2, 3)[:2] }} {{ [1, 2, 3][5:] }} {{ [1, 2, 3][2:0:-1] }}
{{ users[0].name }} {{ users[0]['name'] }} {{ users[-1].name }} {{ users.0.name }} {{ users[0].city.name }} {{ mixed['items'] }} {{ mixed.a.4 }}
{{ mixed.get('b') }} {{ mixed.get('z') }} {{ mixed.get('z', 9) }} {{ mixed['z'] }}|{{ users[9] }}|{{ text.nope }}|{{ text[99] }}|{{ nothing.x }}|{{ 5.5.x }}
{{ text['upper']() }} {{ (users|first)['age'] }} {{ users[0].keys()|list }} {{ {'a': {'b': [1, {'c': 'deep'}]}}.a.b[1].c }} {{ {1: 'one'}[1] }} {{ {1: 'one'}[1.0] }}
{{ users|map(attribute='city.name')|list }}
{{ users[:3]|map(attribute='city.name')|list }} {{ users|map(attribute='city', default={})|map(attribute='name', default='?')|list }} {{ [[1, 2], [3]]|map(attribute=0)|list }}
{{ mixed.items is callable }} {{ namespace(x=1).x }} {{ [1,2].index(2) }} {{ [1,1].count(1) }} {{ (1,2).count(3) }} {{ mixed.copy() == mixed }}
"""

STRINGS = r"""
{{ ' a b '.strip() }}|{{ ' a '.lstrip() }}|{{ ' a '.rstrip() }}|{{ 'xxaxx'.strip('x') }}|{{ 'abcba'.lstrip('ab') }}|{{ '\n\t x\u00a0\u2003'.strip() }}
{{ 'a,b,,c'.split(',') }} {{ ' a  b '.split() }} {{ 'a b c'.split(' ', 1) }} {{ 'a b c'.rsplit(' ', 1) }} {{ ''.split() }} {{ ''.split(',') }} {{ 'a  b c '.split(none, 1) }} {{ ' a  b c'.rsplit(none, 1) }} {{ 'aXbXc'.split('X', maxsplit=1) }}
{{ 'l1\nl2\r\nl3\x0bl4\n'.splitlines() }} {{ 'a\nb'.splitlines(true) }}
{{ 'abc'.startswith('ab') }} {{ 'abc'.endswith(('x', 'bc')) }} {{ 'abc'.startswith('b', 1) }} {{ 'abc'.endswith('b', 0, 2) }} {{ ''.startswith('') }}
{{ 'hello'.upper() }} {{ 'HeLLo'.lower() }} {{ 'hello wORLD'.title() }} {{ "they're bill's".title() }} {{ 'hELLO wORLD'.capitalize() }} {{ 'aBc'.swapcase() }} {{ 'ß'.upper() }} {{ 'ΑΣ ΣΑΣ'.lower() }} {{ 'ŉ ﬁ'.upper() }} {{ 'ǆ'.title() }} {{ 'ẞ'.casefold() if false else 'ß'.casefold() }}
{{ 'abcabc'.find('c') }} {{ 'abc'.find('z') }} {{ 'abcabc'.rfind('b') }} {{ 'äöü'.find('ü') }} {{ 'abcabc'.index('b', 2) }} {{ 'aaaa'.count('aa') }} {{ 'abc'.count('') }} {{ 'abc'.find('') }}
{{ 'aXbX'.replace('X', '-') }} {{ 'aaa'.replace('a', 'b', 2) }} {{ 'abc'.replace('', '-') }} {{ 'a'.replace('a', '') }}|{{ ', '.join(['a', 'b']) }} {{ '-'.join('abc') }}
{{ 'ab'.center(7, '*') }} {{ 'abc'.center(6) }}| {{ 'a'.ljust(3) }}|{{ 'a'.rjust(3, '0') }} {{ '-42'.zfill(6) }} {{ 'a-b-c'.partition('-') }} {{ 'a-b-c'.rpartition('-') }} {{ 'abc'.partition('x') }}
{{ 'abc'.isalpha() }} {{ 'ab1'.isalnum() }} {{ '12'.isdigit() }} {{ '²'.isdigit() }} {{ '²'.isdecimal() }} {{ '½'.isnumeric() }} {{ ' \t'.isspace() }} {{ 'Ab Cd'.istitle() }} {{ 'AB'.isupper() }} {{ 'ab'.islower() }} {{ ''.isalpha() }} {{ 'a b'.isidentifier() }} {{ 'é'.isascii() }}
{{ 'prefix-x'.removeprefix('prefix-') }} {{ 'x.txt'.removesuffix('.txt') }} {{ 'a\tb'.expandtabs(4) }}
{{ '{} {}'.format(1, 'a') }} {{ '{1} {0} {x}'.format(1, 2, x=3) }} {{ '{:>5}|{:<5}|{:^5}|{:*^7}'.format('a', 'b', 'c', 'd') }} {{ '{:05d} {:+.2f} {:,} {:x} {:#b} {:e} {:.1%} {:g}'.format(42, 3.14159, 1234567, 255, 5, 12345.0, 0.256, 1e10) }} {{ '{0[a]} {1.real} {{}} {2!r}'.format({'a': 1}, 2, 'q') if false else '{0[a]} {{}} {1!r}'.format({'a': 1}, 'q') }}
{{ '{:{}}|'.format('a', 4) }} {{ '{:.3}'.format('abcdef') }} {{ '{:10}|'.format(3.5) }} {{ '{}'.format(none) }} {{ '{:,.2f}'.format(1234567.891) }} {{ '{:6.2f}|{:<6}|'.format(2.5, 7) }}
"""

FILTERS = r"""
{{ text|upper }} {{ text|lower }} {{ 'foo bar-baz (qux) [a] {b} <c>'|title }} {{ 'fOO bAR'|capitalize }} {{ text|length }} {{ users|count }} {{ mixed|length }} {{ missing|length }} {{ 'é\u0301'|length }}
{{ '  x  '|trim }}| {{ 'xxaxx'|trim('x') }} {{ 'a b a'|replace('a', 'c') }} {{ 'aaa'|replace('a', 'b', 1) }} {{ 123|replace(2, 'x') }} {{ missing|upper }}| {{ 5|upper }} {{ none|lower }}
{{ missing|default('d') }} {{ ''|default('d') }}| {{ ''|default('d', true) }} {{ none|d('x') }} {{ none|d('x', boolean=true) }} {{ missing|d }}|
{{ [3, 1, 2]|sort }} {{ ['b', 'A', 'c']|sort }} {{ ['b', 'A', 'c']|sort(case_sensitive=true) }} {{ [3, 1, 2]|sort(reverse=true) }} {{ users[:3]|sort(attribute='age')|map(attribute='name')|join(',') }} {{ users[:3]|sort(attribute='age,name')|map(attribute='name')|join(',') }} {{ users[:3]|sort(true, attribute='name')|map(attribute='name')|list }}
{{ [1, 2, 3]|first }} {{ [1, 2, 3]|last }} {{ 'abc'|first }} {{ 'abc'|last }} {{ []|first }}| {{ {'a': 1, 'b': 2}|first }} {{ {'a': 1, 'b': 2}|last }} {{ range(3)|last }}
{{ [1, 2, 2, 'a', 'A']|unique|list }} {{ ['a', 'A']|unique(true)|list }} {{ users[:3]|unique(attribute='age')|map(attribute='name')|list }} {{ [1, 2, 3]|reverse|list }} {{ 'abc'|reverse }} {{ [1, 2]|select|list }} {{ (1, 2)|reverse|list }} {{ {'a': 1}|reverse|list }}
{{ [0, 1, '', 'a', none]|select|list }} {{ [0, 1]|reject|list }} {{ range(6)|select('odd')|list }} {{ range(6)|reject('divisibleby', 3)|list }} {{ users|selectattr('age')|map(attribute='name')|list }} {{ users|selectattr('age', 'gt', 10)|list|length if false else users[:3]|selectattr('age', '>', 10)|list|length }} {{ users|rejectattr('age', 'none')|list|count }} {{ users|selectattr('city', 'defined')|list|count }} {{ users|selectattr('name', 'in', ['Ann', 'dee'])|map(attribute='name')|list }}
{{ ['a', 'b']|map('upper')|list }} {{ [[2, 1], [3]]|map('sort')|list }} {{ ['a b', 'c']|map('replace', ' ', '_')|join('|') }} {{ [1, none]|map('string')|list }} {{ ['1', 'x']|map('int', -1)|list }} {{ []|map('upper')|list }}
{{ [1, 2, 3]|sum }} {{ [1.5, 2]|sum }} {{ users[:3]|sum(attribute='age') }} {{ [[1], [2]]|sum(start=[]) }} {{ []|sum }} {{ [3, 1]|min }} {{ [3, 1]|max }} {{ ['b', 'A']|min }} {{ ['b', 'A']|max(case_sensitive=true) }} {{ users[:3]|max(attribute='age')|attr('x') }}| {{ []|min }}|
{{ '42'|int }} {{ '42.7'|int }} {{ 'x'|int }} {{ 'x'|int(9) }} {{ ' 12 '|int }} {{ '0x1f'|int(base=16) }} {{ '1_000'|int }} {{ 3.9|int }} {{ -3.9|int }} {{ (-3.9)|int }} {{ none|int }} {{ true|int }} {{ '1e3'|int }} {{ '12abc'|int }} {{ ''|int }} {{ '-5'|int }} {{ '+5'|int }} {{ '101'|int(0, 2) }}
{{ '1.5'|float }} {{ 'x'|float }} {{ 2|float }} {{ '1e3'|float }} {{ 'inf'|float }} {{ ' -2.5 '|float }} {{ 'x'|float(1.5) }} {{ '.5'|float }} {{ '5.'|float }} {{ none|float }}
{{ 2.5|round }} {{ 3.5|round }} {{ 2.567|round(2) }} {{ 2.5|round(method='ceil') }} {{ 2.5|round(0, 'floor') }} {{ 1234|round(-2) }} {{ 25|round(-1) }} {{ 35|round(-1) }} {{ 7|round }} {{ 2.675|round(2) }} {{ 1.45|round(1, 'ceil') }} {{ -2.5|round }} {{ (-2.5)|round }} {{ 1e300|round(2) }}
{{ -5|abs }} {{ (-5)|abs }} {{ (-2.5)|abs }} {{ 5|string ~ 'x' }} {{ [1]|string }} {{ 'abc'|list }} {{ {'a': 1}|list }} {{ mixed|items|list|length }} {{ missing|items|list }} {{ missing|list }} {{ missing|join }}|
{{ {'b': 1, 'A': 2}|dictsort }} {{ {'b': 1, 'A': 2}|dictsort(true) }} {{ {'b': 1, 'A': 2}|dictsort(false, 'value') }} {{ {'b': 1, 'A': 2}|dictsort(by='value', reverse=true) }}
{{ ['a', 'b']|join }} {{ [1, 2]|join(', ') }} {{ users|join('-', attribute='name') }} {{ 'abc'|join('.') }} {{ [1, none, 2.0]|join(',') }} {{ mixed|join(' ') }}
{{ 'a\nb\n\nc'|indent }}| {{ 'a\nb'|indent(2, true) }}| {{ 'a\n\nb'|indent('> ', blank=true) }}| {{ ''|indent }}| {{ 'a\n'|indent(1) }}|
{{ 'hello big world of text'|truncate(10) }} {{ 'hello big world of text'|truncate(10, true) }} {{ 'hello'|truncate(3) }} {{ 'hello big world'|truncate(11, false, '…', 0) }} {{ 'abcdefghij'|truncate(5, leeway=0) }}
{{ 'x'|center(5) }}| {{ 'foo bar, baz-qux _a 1.5'|wordcount }} {{ '%s %d'|format('a', 2) }} {{ '%(x)s'|format(x=1) }} {{ 'a b&c=d/ü'|urlencode }} {{ {'a b': 1, 'c': 'd/e'}|urlencode }} {{ [('x', '&')]|urlencode }} {{ 5|urlencode }}
{{ html|e }} {{ html|escape|escape }} {{ html|e|forceescape }} {{ (html|safe)|e }} {{ '<'|safe + '<' }} {{ '<' + ('<'|safe) }} {{ ('<'|e) ~ '<' }} {{ '<'|e|length }} {{ ['<']|join }} {{ ('<x>'|safe)|upper }} {{ [('<'|safe)] }} {{ ('<%s>'|safe) % '<' }} {{ '<'|e is escaped }} {{ 'a'|safe ~ 1 }} {{ ('a'|safe).upper() + '<' }}
{{ range(7)|batch(3)|list }} {{ range(7)|batch(3, 'x')|list }} {{ range(7)|slice(3)|list }} {{ range(7)|slice(3, 0)|list }} {{ []|batch(2)|list }} {{ []|slice(2)|list }}
{% for age, list in users[:3]|groupby('age') %}{{ age }}:{{ list|map(attribute='name')|join('+') }};{% endfor %} {% for g in users|groupby('city.name', default='?') %}{{ g.grouper }}={{ g.list|length }} {% endfor %}{{ [{'a': 'X'}, {'a': 'x'}]|groupby('a') }} {{ [{'a': 'X'}, {'a': 'x'}]|groupby('a', case_sensitive=true)|length }}
{{ mixed|tojson }} {{ mixed|tojson(indent=2) }} {{ html|tojson }} {{ text|tojson }} {{ text|tojson(ensure_ascii=true) }} {{ [1, 2.0, none, true, '\n\t\x01\x7f/\\"']|tojson }} {{ []|tojson }} {{ {}|tojson(indent=1) }} {{ [[], {}, [1]]|tojson(indent=1) }} {{ {'b': 1, 'a': 2}|tojson(sort_keys=true) }} {{ [1, {'a': 2}]|tojson(separators=(',', ':')) }} {{ {1: 2, none: 3, true: 4, 1.5: 5}|tojson }} {{ (1, 2)|tojson }} {{ [1]|tojson(indent='--') }} {{ '\u2028'|tojson }} {{ 1e400|tojson }} {{ 'x'|safe|tojson }} {{ [1, 2]|tojson(indent=0) }}
{{ 'ab'|string|first }} {{ users|map(attribute='name')|map('lower')|map('first')|join }} {{ (1, 2)|list }} {{ 'a'|attr('upper') is callable }} {{ mixed|attr('b') }}| {{ [1, 2, 3]|map('float')|map('string')|join('/') }} {{ [3, none]|map('default', 0, true)|list }}
"""

TESTS = r"""
{{ missing is defined }} {{ missing is undefined }} {{ number is defined }} {{ nothing is none }} {{ nothing is not none }} {{ users.9 is defined }} {{ mixed.zz is defined }} {{ mixed['a'] is defined }}
{{ 1 is number }} {{ true is number }} {{ 1 is integer }} {{ true is integer }} {{ 1.0 is float }} {{ true is boolean }} {{ 0 is false }} {{ false is false }} {{ 1 is true }} {{ 'a' is string }} {{ ('a'|safe) is string }}
{{ {} is mapping }} {{ [] is mapping }} {{ [] is sequence }} {{ 'a' is sequence }} {{ {} is sequence }} {{ range(2) is sequence }} {{ mixed.keys() is sequence }} {{ missing is sequence }} {{ 5 is sequence }} {{ 5 is iterable }} {{ 'a' is iterable }} {{ missing is iterable }} {{ [1]|map('string') is iterable }} {{ [1]|map('string') is sequence }}
{{ 3 is odd }} {{ 4 is even }} {{ 9 is divisibleby 3 }} {{ 9 is divisibleby(2) }} {{ 'abc' is lower }} {{ 'ABC' is upper }} {{ 'a1' is lower }} {{ '1' is upper }} {{ range is callable }} {{ 5 is callable }} {{ 'upper' is filter }} {{ 'nope' is filter }} {{ 'odd' is test }}
{{ 1 is sameas 1 }} {{ none is sameas none }} {{ true is sameas 1 }} {{ 1 is in [1, 2] }} {{ 3 is not in [1, 2] }} {{ 1 is eq 1 }} {{ 1 is ne 1 }} {{ 2 is gt 1 }} {{ 2 is lessthan(1) }} {{ 'a' is equalto 'a' }} {{ 1 is ge(1) }} {{ '<' is escaped }}
{{ not missing is defined }} {{ missing is not defined and true }} {{ 1 if x is defined else 2 }} {{ number is odd and number is number }} {{ (number is odd) == true }} {{ 'x' if number is divisibleby 7 else 'y' }}
{{ missing is callable }} {{ namespace() is mapping }} {{ users|selectattr('age', 'number')|map(attribute='age')|list }} {{ ['a', 1]|select('string')|list }} {{ 5 is none or 5 is string }}
"""

LOOPS = r"""
{% for i in [1, 2, 3] %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.depth }}{{ loop.depth0 }} {% endfor %}
{% for i in 'abc' %}{{ loop.previtem }}<{{ i }}>{{ loop.nextitem }} {{ loop.cycle('x', 'y') }};{% endfor %}
{% for i in [1, 1, 2, 2, 1] %}{{ loop.changed(i) }} {% endfor %} {% for i in [] %}x{% else %}none{% endfor %} {% for i in missing %}x{% else %}undefined{% endfor %}
{% for i in range(10) if i % 2 %}{{ i }}/{{ loop.index }}/{{ loop.length }}{{ ',' if not loop.last }}{% endfor %}
{% for i in range(10) if i is even recursive %}{{ i }}{% endfor %}
{% for node in tree recursive %}{{ node.n }}{{ loop.depth }}{% if node.kids %}({{ loop(node.kids) }}){% endif %}{% endfor %}
{% for k, v in mixed.items() %}{{ k }}={{ v }};{% endfor %} {% for k in mixed %}{{ k }}{% endfor %} {% for a, (b, c) in [(1, (2, 3))] %}{{ a }}{{ b }}{{ c }}{% endfor %} {% for (a, b) in [[1, 2]] %}{{ a + b }}{% endfor %}
{% for i in range(10) %}{% if i == 3 %}{% continue %}{% endif %}{% if i == 6 %}{% break %}{% endif %}{{ i }}{% else %}never{% endfor %}
{% for i in [1, 2] %}{% for j in [1, 2] %}{{ loop.index }}{{ i }}{{ j }} {% if j == i %}{% break %}{% endif %}{% endfor %}{{ loop.index }};{% endfor %}
{% set ns = namespace(found=false) %}{% for i in range(5) if not ns.found %}{{ i }}{% if i == 2 %}{% set ns.found = true %}{% endif %}{% endfor %} {{ ns.found }}
{% set x = 1 %}{% for i in [1, 2] %}{{ x }}{% set x = i + 10 %}{{ x }} {% endfor %}{{ x }} {% for i in [1] %}{% set y = 1 %}{% endfor %}{{ y is defined }}
{% for i in users|map(attribute='name') %}{{ loop.length }}{{ i }}{% endfor %} {% for c in 'añb' %}{{ c }}.{% endfor %} {% for i in 1, 2, 3 %}{{ i }}{% endfor %} {% for i in (1, 2) %}{{ i }}{% endfor %}
{% for i in range(3) %}{% for j in range(i) %}{{ loop.length }}{{ j }}{% else %}-{% endfor %}|{% endfor %} {% for x in [1] %}{{ loop }}{% endfor %}
{% set it = [1, 2, 3]|select %}{{ it|first }}{{ it|list }}{{ it|list }} {{ 'truthy' if []|select else 'falsy' }} {% for i in [0] %}{% for j in [1] %}{{ loop.index0 }}{% endfor %}{{ loop.index }}{% endfor %}
{% for i in [[1, 2], [3]] %}{% for j in i %}{{ loop.first }}{{ j }}{% endfor %}{% endfor %}{{ i is defined }}{{ loop is defined }}
"""

SCOPES = r"""
{% set a = 1 %}{% set b, c = 2, 3 %}{% set d = a, b %}{{ a }}{{ b }}{{ c }}{{ d }} {% set (e, f) = [4, 5] %}{{ e }}{{ f }} {% set g %}block {{ a }}{% endset %}[{{ g }}] {% set h | upper | trim %} text {% endset %}[{{ h }}]
{% set ns = namespace(a=1, b=[]) %}{% set ns.a = ns.a + 1 %}{% set ns.c = 'new' %}{{ ns.a }}{{ ns.b }}{{ ns.c }}{{ ns.zz is defined }} {% set ns.x, ns.y = 1, 2 %}{{ ns.x + ns.y }} {% set n = namespace({'q': 1}) %}{{ n.q }} {% set ns.b = ns.b + [1] %}{{ ns.b }} {{ ns['a'] }}
{% if 0 %}a{% elif '' %}b{% elif [0] %}c{% else %}d{% endif %} {% if not yes %}x{% else %}y{% endif %} {% if nothing is none and number > 3 %}ok{% endif %} {% if missing %}m{% endif %} {% if no %}{% set q = 1 %}{% else %}{% set q = 2 %}{% endif %}{{ q }}
{% macro m(a, b=2, c='x') %}{{ a }}-{{ b }}-{{ c }}{% endmacro %}{{ m(1) }} {{ m(1, c='z') }} {{ m(b=5, a=4) }} {{ m() }} {{ m(1, 2, 3)|upper }} {{ m.name }} {{ m.arguments }} {{ m }}
{% macro v() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ v(1, 2, x=3) }} {% macro w(a) %}{{ a }}{{ varargs|sum }}{{ kwargs|dictsort }}{% endmacro %}{{ w(1, 2, 3, k=4) }} {{ w(*[7, 8], **{'z': 1}) }}
{% macro box(t) %}<{{ t }}>{{ caller() }}</{{ t }}>{% endmacro %}{% call box('b') %}in {{ number }}{% endcall %} {% macro rows(n) %}{% for i in range(n) %}{{ caller(i, k=i * 2) }}{% endfor %}{% endmacro %}{% call(i, k=0, z=9) rows(3) %}[{{ i }}{{ k }}{{ z }}]{% endcall %}
{% macro fact(n) %}{{ n * fact(n - 1)|int if n > 1 else 1 }}{% endmacro %}{{ fact(10) }} {% macro outer(x) %}{% macro inner(y) %}{{ x }}{{ y }}{% endmacro %}{{ inner(2) }}{% endmacro %}{{ outer(1) }} {% macro dflt(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ dflt(3) }} {{ dflt('p', b='q') }}
{% macro later() %}{{ z }}{% endmacro %}{% set z = 5 %}{{ later() }} {% macro cc() %}{% if caller %}C{{ caller() }}{% else %}N{% endif %}{% endmacro %}{{ cc() }} {% call cc() %}x{% endcall %}
{% with a = 1, b = 2 %}{{ a + b }}{% set c = 3 %}{% endwith %}{{ a is defined }}{{ c is defined }} {% with %}{% set number = 1 %}{{ number }}{% endwith %}{{ number }} {% with number = number + 1, x = number %}{{ number }}{{ x }}{% endwith %}
{% filter upper %}abc {{ text }}{% endfilter %} {% filter replace('a', 'b')|upper %}banana{% endfilter %} {% filter trim %}  x {% set inner = 1 %} {% endfilter %}{{ inner is defined }}
{% macro hidden() %}{{ number }}|{% endmacro %}{{ hidden() }}{% set number = 1 %}{{ hidden() }}
{% for i in [1, 2] %}{{ yes }}{% endfor %}{% set yes = 'late' %}{{ yes }} {% if no %}{% set real = 1 %}{% endif %}{{ real }} {% if yes %}{{ big }}{% set big = 2 %}{% endif %}{{ big }}
{% for i in [1, 2] %}{% if i == 1 %}{% set negative = 'set' %}{% endif %}{{ negative }} {% endfor %}{{ negative }} {% generation %}{% set negative = 5 %}{{ negative }}{{ text[0] }}{% endgeneration %}{{ negative }}
{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}{% set _ = c.reset() %}{{ c.current }} {% set j = joiner('|') %}{% for i in range(3) %}{{ j() }}{{ i }}{% endfor %} {% set k = joiner() %}{{ k() }}{{ k() }}
{{ strftime_now('%Y-%m-%d %H:%M:%S %j %b %B %a %A %p %I %y %%') }} {{ raise_exception is defined }} {{ dict(**{'a': 1}) }} {{ dict(mixed, z=1).z }} {{ range(*[1, 4])|list }}
{% macro t(x) %}{{ x is defined }}{{ x }}{% endmacro %}{{ t() }} {{ t(none) }} {% set m2 = t %}{{ m2(1) }} {{ [t(1), t(2)]|join('+') }} {% set dd = {'f': t} %}{{ dd.f(5) }}
{% macro a1() %}{% set local = 1 %}{{ local }}{% endmacro %}{{ a1() }}{{ local is defined }} {% set v %}{% for i in range(3) %}{{ i }}{% endfor %}{% endset %}{{ v|length }} {% print number %} {%- set caller = 3 %}{{ caller }}
"""

WHITESPACE = [
    "a\n{% if true %}\nb\n{% endif %}\nc\n", "a\n  {% if true %}  \n  b\n  {% endif %}\nc", "a {%- if true -%} b {%- endif -%} c",
    "a\n\n{{- 1 -}}\n\nb", "a\n   {{ 1 }}\n   b", "x {#- c -#} y", "x\n  {# c #}\ny", "x\n  {#+ c +#}\ny", "  {%+ if true +%}\n x\n  {%+ endif %}\n", "a{% raw %}{{ x }}{% if %}{% endraw %}b",
    "a {%- raw -%}  {{ x }}  {%- endraw -%} b", "{% raw %}\n  x\n  {% endraw %}\ny", "a\r\nb\rc\n", "\n\n", "", "x\n\n", "   {% set x = 1 %}   {{ x }}", "{% set x = 1 %}\n\n{{ x }}\n",
    "{{ '}}' }}{{ \"{% x %}\" }}{{ {'a': {'b': 1}}}}", "{{ {'a':1}['a'] }}{ % } { {", "{%for i in [1,2]%}{{i}}{%endfor%}", "{% if true: %}x{% endif %}", "a\n\t {%- if true %}\n\tb\n\t{%- endif %}\n\tc",
    "{% for i in range(2) %}\n  {{ i }}\n{% endfor %}\nend", "{% for i in range(2) -%}\n  {{ i }}\n{%- endfor %}\nend", "line {# multi\nline #} {{ 1 }}", "{{ 1\n+\n2 }}", "{%- set x = [\n 1,\n 2,\n] -%}\n{{ x }}", "{#  {{ x }} #}", "{%\nif true\n%}\nx\n{%\nendif\n%}\n",
    "\u00a0{%- if true %}x{% endif %}", "\u2003\n\u2003{% if true %}x{% endif %}", "{{ 'a\nb' }}\n{{ 'c\r\nd' }}", "{{- '\\n' -}} x", "<{{ 1 -}}\n{{- 2 }}>", "{% if true %}a{% else -%}  b {% endif %}\n  c",
]

ERRORS = [
    "{{ missing.x }}", "{{ missing['x'] }}", "{{ missing + 1 }}", "{{ missing() }}", "a\nb\n{{ users.foo.bar }}", "{{ users[9].x }}", "{{ text.nope.x }}", "{{ nothing.a.b }}", "{{ mixed.zz.x }}", "{{ -missing }}", "{{ missing < 1 }}",
    "{{ raise_exception('Stop here') }}", "x\n{% if true %}\n{{ raise_exception('line ' ~ 3) }}\n{% endif %}", "{{ 1 / 0 }}", "{{ 1 % 0 }}", "{{ 1 // 0.0 }}", "{{ 'a' + 1 }}", "{{ 1 + 'a' }}", "{{ none + 1 }}", "{{ [1] + (1,) }}", "{{ 1 < 'a' }}", "{{ 1 in 5 }}", "{{ 1 in 'abc' }}",
    "{{ 'abc'.nope() }}", "{{ 5() }}", "{{ users.append(1) }}", "{{ [1].append(2) }}", "{{ mixed.update({}) }}", "{{ mixed.pop('a') }}", "{{ ''.__class__.__mro__ }}", "{{ range(1000000) }}", "{% for i in 5 %}{% endfor %}", "{% for a, b in [1] %}{% endfor %}", "{% for a, b in [[1, 2, 3]] %}{% endfor %}", "{% set a, b = [1] %}",
    "{{ x|nofilter }}", "\n{{ x is notest }}", "{% if false %}{{ x|nofilter }}{% endif %}ok", "{% if true %}{{ x|nofilter }}{% endif %}", "{{ (1|nofilter) if false else 2 }}", "{% if true %}{% for i in [] %}{{ x|nofilter }}{% endfor %}{% endif %}", "{{ [1]|map('nofilter')|list }}", "{{ [1]|select('notest')|list }}", "{{ [1]|map|list }}",
    "{% if %}x{% endif %}", "{% if true %}", "{% if true %}{% endfor %}", "{% for %}{% endfor %}", "{% for i of x %}{% endfor %}", "{% endif %}", "{% unknown %}", "\n\n{% foo bar %}", "{{ }}", "{{ 1 + }}", "{{ (1 }}", "{{ 1) }}", "{{ [1 }}", "{{ {'a' 1} }}", "{{ 'abc }}", "{{ a.}}", "{{ a b }}", "{{ 1 is is }}", "{% set 1 = 2 %}", "{% set true = 2 %}", "{% set x %}", "{{ x", "{% if x", "{# x", "{% raw %}x", "{{ @ }}", "{{ x ? y }}", "a\n{{ 'x'\n ~ [1, }}", "{% macro %}{% endmacro %}", "{% macro m(a=1, b) %}{% endmacro %}", "{% call 5 %}{% endcall %}", "{% break %}", "{% for loop in [1] %}{% endfor %}", "{% for i in [1] %}{% set loop = 1 %}{% endfor %}", "{% 5 %}", "{{ a|}}", "{{ a is }}", "{% else %}", "{{ f(a=1, 2) }}", "{{ f(**a, b) }}",
    "{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}", "{% macro m(a) %}{% endmacro %}{{ m(b=1) }}", "{% macro m() %}{% endmacro %}{% call m() %}x{% endcall %}", "{% macro m() %}\n\n{{ missing.x }}{% endmacro %}\n{{ m() }}", "{% macro r(n) %}{{ r(n + 1) }}{% endmacro %}{{ r(0) }}", "{{ caller() }}", "{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}",
    "{% set ns = {} %}{% set ns.a = 1 %}", "{% set missing.a = 1 %}", "{{ [missing]|tojson }}", "{{ range(2)|tojson }}", "{{ {(1,2): 3}|tojson }}", "{{ [1]|map('upper')|length }}", "{{ {[1]: 2} }}", "{{ missing|int }}", "{{ missing|abs }}", "{{ 'abc'|abs }}", "{{ [1, 'a']|sort }}", "{{ [none, 1]|max }}", "{{ 5|list }}", "{{ none|length }}", "{{ 5|join }}", "{{ 'a'|round }}", "{{ 1.5|round(1, 'x') }}", "{{ {}|dictsort(by='x') }}", "{{ 'abc'|truncate(1) }}", "{{ 'x'|indent(width=none) }}", "{{ 5|indent }}",
    "{{ 'abc'.index('z') }}", "{{ ''.join([1]) }}", "{{ 'a'.split('') }}", "{{ 'a'.center(5, 'xx') }}", "{{ '%d' % 'a' }}", "{{ '%s %s' % (1,) }}", "{{ '%s' % (1, 2) }}", "{{ '%z' % 1 }}", "{{ '{}'.format() }}", "{{ '{x}'.format(1) }}", "{{ '{'.format() }}", "{{ '}'.format() }}", "{{ '{:d}'.format('a') }}", "{{ text[nothing:'x'] }}", "{{ missing[1:] }}", "{{ nothing[1:] }}", "{{ mixed[1:] }}", "{{ [1][::0] }}", "{{ dict(1) }}", "{{ cycler() }}", "{% for i in [1] %}{{ loop(i) }}{% endfor %}", "{% for i in [1] %}{{ loop.cycle() }}{% endfor %}", "{{ ('x' if false).y }}", "{{ [].x.y }}", "{{ []|first + 1 }}", "{{ [1, 2]|map('upper')|last }}", "{{ 0 ** -1 }}", "{{ 1 is divisibleby 0 }}", "{{ 'a' is odd }}", "{{ 2 ** 'a' }}", "{{ -'a' }}", "{{ 'a' * 'b' }}", "{{ 'a' - 'b' }}", "{{ {} < {} }}", "{{ none < none }}", "{{ '\\x1' }}",
    "{%- for m in users %}\n{{ m.name }}\n{{ m.city.name.x.y }}\n{% endfor %}", "{% set x = 1 %}\n{% set y = x.foo.bar %}", "{% if true %}\n{% elif x %}\n{% endif %}\n{% if missing.y %}{% endif %}", "{{ strftime_now() }}", "{{ dict.__class__ }}", "{{ mixed.items.x.y }}", "{{ 'a'|attr('b').c }}", "{{ loop.index }}", "{% for i in [1] %}{% endfor %}{{ loop.index }}", "{% filter nofilter %}{% endfilter %}", "{% with a %}{% endwith %}",
]


def lines(block):
    parts, pending = [], ""
    for line in block.strip("\n").split("\n"):
        pending += line
        if pending.endswith("\\"):
            pending += "\n"
            continue
        parts.append(pending)
        pending = ""
    return parts


SNIPPETS = [line for block in (PRINTED, OPERATORS, ACCESS, STRINGS, FILTERS, TESTS, LOOPS, SCOPES) for line in lines(block)]
SNIPPETS += WHITESPACE + ERRORS
