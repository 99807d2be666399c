"""Writes pages.map and checks it: complete, one target each, private parts with their page."""
import sys,pathlib,collections,subprocess,ast,re
sys.path.insert(0,str(__import__('pathlib').Path(__file__).parent)); import graph
root=pathlib.Path(sys.argv[1])
FILES=subprocess.run(["git","-C",str(root),"ls-files","-co","--exclude-standard","pages","tests/pages","tests/browser"],capture_output=True,text=True).stdout.split()
FILES=[f for f in FILES if (root/f).exists()]
OWN={ # page -> {old module stem: new stem}
"start/home":"device",
"understand/why_transfer":"cost_card:cost grown_view:growing pair_view:pair race racing steps_view:steps",
"understand/what_layers_know":"before_after depth_curves:depth depth_figure depth_live layers_view:layers look_choice:look_chooser look_view:look recipe_picture:recipe embedding inside",
"understand/kinds_of_learning":"by_hand grouped label_worth:worth levers self_supervised small_examples:small small_regression small_reduction small_rules supervised walks labelling maze_picture:maze",
"understand/claims":"claims_choice:chooser claims_figure:figure claims_live:one_seed claims_table:table claims_view:claim",
"decide/matrix":"advice_measured:measured advice_score:score grid_points:points grid_table matrix_choice:chooser matrix_evidence:evidence matrix_picture:picture",
"decide/my_dataset":"dataset_choice:chooser dataset_plan:plan own_pictures own_plain own_training:training similarity_compared:compared similarity_view:similarity survey_view:survey bring try_picture",
"decide/backbones":"backbone_card:card text_models:texts",
"lab/learning_rate":"effects_figure effects_recorded effects_view:effects finder_view:finder forgetting_anew:solved_anew forgetting_view:forgetting rate_figure:sensitivity_figure rate_filling:filling rate_strips:sensitivity rates_drawn:drawn",
"lab/compare":"compare_about:about compare_choice:chooser compare_figure:figure compare_runs:going compare_verdict:verdict scaling_view:scaling sweep",
"lab/break_it":"break_arms:arms break_case:cases break_cause:cause break_code:code break_figure:figure break_proof:proof break_repair:repair break_symptom:symptom",
"lab/runs":"overlay run_table:table run_list",
"lab/fine_tune":"tune_data:data tune_plan:plan tune_recipe:recipe forgetting_control:forgetting",
"lab/run":"run_facts:facts",
"language/words_in_context":"words_attention:attention words_choice:chooser words_code:code words_lines:lines words_map:atlas words_senses:senses words_view:word",
"language/objectives":"objective_ask:ask objective_code:code objective_fill:fill objective_progress:progress objective_said:said objective_seen:seen objective_steps:steps objective_worth:worth",
"language/fine_tune_text":"text_choice:chooser text_cost:cost text_head_ask:head_ask text_heads:heads text_layers:layers text_marked:marked text_own:own text_run:run text_runs:tried text_spread:spread",
"language/generate":"generate_ask:ask generate_code:code generate_needs:needs generate_prompts:prompts generate_tasks:tasks",
"classroom/room":"hold_controls:hold room_controls:controls",
"classroom/lesson_links":"lesson_form:form",
"classroom/quiz":"questions",
"classroom/glossary":"word_list:terms",
}
ROOMS={
"frame":("What stands around every page, and how it speaks: words, colours, navigation, components.",
   "frame:words navigation page_frame term_links visual bundle host turns"),
"lesson":("A class in a lesson: bar and clock that go along, guesses before results, a teacher's links.",
   "lesson_bar:bar going lesson_clock:clock plan_view:plan lesson_link:link predict room presence"),
"charts":("Figures and pictures that several pages draw.",
   "figures label_places live_charts:live confusion gallery sheet explained backbone_rows text_blocks grid"),
"blocks":("The picture of the network, and its one control.","block_picture:picture"),
"runs":("A run as the pages see it: begun, waited for, watched, read, looked into, taken home.",
   "runs live_run:live told experiment fetching run_actions:actions result by_class text_result readings explain earlier naming rate_words downloads by_address uploads hourly"),
"forms":("What the reader sets: the draft, its controls, the buttons, and the link that holds it all.",
   "clicks draft link settings settings_cost settings_recipe settings_plan to_lab patience_control forgetting_control text_draft"),
"server":("The ASGI side of the app: routes, middleware, sessions, and what is taken from inside Streamlit.",
   "server addresses connections edge files log_repeats pace pictures_route poll server_address:address server_timing:timing sessions streamlit_private upload_quota visitors"),
}
ROOMS["blocks"]=("The picture of the network, and its one control.","block_picture:picture text_blocks")
ROOMS["frame"]=(ROOMS["frame"][0],"frame:speech navigation page_frame term_links visual bundle icon")
ROOMS["lesson"]=(ROOMS["lesson"][0],"lesson_bar:bar going lesson_clock:clock plan_view lesson_link predict room")
ROOMS["charts"]=(ROOMS["charts"][0],"figures label_places live_charts confusion gallery sheet explained backbone_rows")
ROOMS["runs"]=("A run as the pages see it: begun, waited for, watched, read, looked into, taken home.",
  "runs live_run told experiment fetching run_actions:actions result by_class text_result readings explain earlier naming rate_words downloads")
ROOMS["forms"]=(ROOMS["forms"][0],"clicks draft link choices tune_cost:cost to_lab patience_control:patience text_draft")
ROOMS["server"]=("The server beneath the pages: routes, middleware, who asks, and how much one may ask.",
  "server addresses connections edge files log_repeats pace pictures_route poll server_address:address server_timing:timing sessions streamlit_private upload_quota visitors host presence by_address hourly uploads turns")
# JS and CSS that no Python of the same stem decides
ASSETS={"frame":"common","charts":"runlog feed curves layers header panel live:live tile","blocks":"plan blocks"}
OWNASSETS={"decide/my_dataset":"evenly shrink camera","decide/matrix":"matrix","understand/kinds_of_learning":"maze","lab/runs":"wide_table"}
EXTRA=sys.argv[2:] # modules added since: stem=target
RENAMED_CSS={} # css read by with_suffix keeps its module's stem
def parse(s):
    for w in s.split():
        a,_,b=w.partition(":"); yield a,b or a
T={}
for page,s in OWN.items():
    for a,b in parse(s): T[a]=f"pages/{page}/{b}"
for room,(doc,s) in ROOMS.items():
    for a,b in parse(s): T[a]=f"pages/ui/{room}/{b}"
JS={}
for room,s in ASSETS.items():
    for a,b in parse(s): JS[a]=f"pages/ui/{room}/{b}"
for page,s in OWNASSETS.items():
    for a,b in parse(s): JS[a]=f"pages/{page}/{b}"
TESTS={
"ui/server":"attacks connections pictures_route server server_edge:edge server_poll:poll streamlit_private visitors",
"ui/runs":"downloads earlier explain readings",
"ui/lesson":"predict",
"decide":"backbones text_models:backbones_texts matrix matrix_grid:matrix_points my_dataset own_pictures:my_dataset_own",
"lab":"break_it compare scaling:compare_scaling fine_tune runs_in_the_lab:fine_tune_runs run_page:run runs",
"understand":"claims depth_curves:what_layers_know_depth grown:why_transfer_grown what_layers_know why_transfer",
"language":"fine_tune_text text_heads:fine_tune_text_heads text_spread:fine_tune_text_spread generate objectives words_in_context",
"classroom":"glossary hold:room_hold lesson_links lesson_plan quiz room",
"start":"home",
"":"charts every_page headings sentences shipped_pictures visual",
}
TT={}
for place,s in TESTS.items():
    for a,b in parse(s): TT[a]="tests/pages/"+(place+"/" if place else "")+f"test_{b}.py"
BROWSER={"test_"+n:room for room,names in {
"classroom":"class class_walk room","lab":"break_it compare learning_rate runs","language":"fine_tune_text generate objectives",
"understand":"before_after claims layers race guess_first","decide":"my_data own_pictures"}.items() for n in names.split()}
MAP={}; bad=[]
SECTIONS=("start","understand","decide","lab","language","classroom")
pages=[]
for f in FILES:
    p=pathlib.PurePosixPath(f); n=None
    if p.suffix==".md": n=f
    elif p.parts[0]=="pages":
        if p.parts[1] in SECTIONS:
            if p.name=="__init__.py": n=f
            else: n=f"pages/{p.parts[1]}/{p.stem}/page.py"; pages.append(n)
        elif f in("pages/__init__.py","pages/ui/__init__.py","pages/README.md"): n=f
        elif f=="pages/ui/components/__init__.py": n="-"
        elif p.suffix==".py" and p.stem in T: n=T[p.stem]+".py"
        elif p.suffix in(".js",".css"):
            if len(p.parts)==3: n=T[p.stem]+".css" if p.stem in T else {"frame":"pages/ui/frame/frame"}[p.stem]+".css"
            elif p.stem in JS: n=JS[p.stem]+p.suffix
            elif p.stem in T: n=str(pathlib.PurePosixPath(T[p.stem]).with_name(p.name))
        if f=="pages/ui/frame.css": n="pages/ui/frame/frame.css"
    elif f.startswith("tests/browser/"): n="tests/browser/"+(BROWSER[p.stem]+"/" if p.stem in BROWSER else "")+p.name
    else:
        if p.parts[2] in("kinds","rates"):
            n=f.replace("tests/pages/kinds","tests/pages/understand/kinds_of_learning").replace("tests/pages/rates","tests/pages/lab/learning_rate")
        elif p.name.startswith("test_"): n=TT.get(p.stem[5:])
        else: n=f
    if n is None: bad.append(f)
    MAP[f]=n
if bad: print("UNMAPPED",bad)
# what is named in the rooms and is not there (yet)
stems={pathlib.PurePosixPath(f).stem for f in FILES}
print("NAMED, NOT THERE",sorted((set(T)|set(JS)|{"test_"+t for t in TT})-stems-{"test_"+t for t in TT if "test_"+t in stems}))
dup=[t for t,n in collections.Counter(v for v in MAP.values() if v and v!="-").items() if n>1]; print("dup",dup)
# private parts with their page
import runpy
mods=graph.modules(root,("pages","tests")); mods["app"]=root/"app.py"
D={m:{t for t,k in graph.deps(mods,m).items() if t.startswith("pages")} for m in mods}
def home(path):
    p=pathlib.PurePosixPath(path).parts
    return "/".join(p[1:3]) if p[0]=="pages" and len(p)>3 and p[1]!="ui" else "ui" if p[:2]==("pages","ui") else None
new={}
for f,n in MAP.items():
    if f.endswith(".py") and n and n!="-":
        m=f[:-3].replace("/",".").removesuffix(".__init__"); new[m]=n
for m in D:
    if not m.startswith("pages") or m not in new: continue
    hm=home(new[m])
    for t in D[m]:
        if t not in new: continue
        ht=home(new[t])
        if ht and ht!="ui" and hm!=ht: print("PRIVATE",m,"->",t,new[t])
used=collections.defaultdict(set)
for m in D:
    for t in D[m]:
        if m in new and m.startswith("pages"): used[t].add(home(new[m]))
        if m=="app": used[t].add("ui")
for t in new:
    if t.startswith("pages.ui.") and home(new[t])=="ui" and len(used[t])==1 and "ui" not in used[t]: print("ONE USER",t,used[t],new[t])
# circles between rooms
R=collections.defaultdict(set)
for m in D:
    if m in new and new[m].startswith("pages/ui/"):
        for t in D[m]:
            if t in new and new[t].startswith("pages/ui/"):
                a,b=new[m].split("/")[2],new[t].split("/")[2]
                if a!=b: R[a,b].add(f"{m[9:]}->{t[9:]}")
for (a,b) in sorted(R):
    if (b,a) in R and a<b: print("ROOMS",a,b,len(R[a,b]),len(R[b,a]),sorted(R[a,b])[:6],sorted(R[b,a])[:6])
# folders
cnt=collections.Counter(str(pathlib.PurePosixPath(n).parent) for n in MAP.values() if n and n!="-")
inits=set()
for n in MAP.values():
    if n and n!="-":
        d=pathlib.PurePosixPath(n).parent
        while str(d) not in (".","pages","tests"):
            inits.add(str(d)); d=d.parent
have={str(pathlib.PurePosixPath(n).parent) for n in MAP.values() if n and n.endswith("__init__.py")}
NEW=sorted(d for d in inits if d not in have)
for d in NEW: cnt[d]+=1
print("largest",cnt.most_common(6))
# names that would collide in an importer
clash=[]
for m,f in mods.items():
    tree=ast.parse(f.read_text())
    al={}
    for node in ast.walk(tree):
        if isinstance(node,ast.ImportFrom) and node.module:
            for a in node.names:
                full=f"{node.module}.{a.name}"
                if full in new and not a.asname:
                    al[a.name]=pathlib.PurePosixPath(new[full]).stem
    if not al: continue
    bound=collections.Counter()
    for node in ast.walk(tree):
        if isinstance(node,ast.Name) : bound[node.id]+=1
        elif isinstance(node,ast.arg): bound[node.arg]+=1
        elif isinstance(node,(ast.FunctionDef,ast.ClassDef)): bound[node.name]+=1
        elif isinstance(node,ast.alias): bound[(node.asname or node.name).split(".")[0]]+=1
    for old,n in al.items():
        if n!=old and bound[n]: clash.append((new.get(m,m),old,n))
    twice=[n for n,c in collections.Counter(al.values()).items() if c>1]
    if twice: clash.append((m,"two",twice))
for c in clash: print("CLASH",c)
def sentence(d):
    if d.startswith("pages/ui/"): return ROOMS[d.split("/")[2]][0]
    if d.startswith("pages/"):
        f=next(f for f,n in MAP.items() if n==d+"/page.py")
        return ast.get_docstring(ast.parse((root/f).read_text())).split("\n\n")[0].replace("\n"," ")
    if d=="tests/pages/ui": return "Tests of what at least two pages use."
    if d.startswith("tests/pages/ui/"): return f"Tests of pages/ui/{d.split('/')[-1]}."
    if d.startswith("tests/browser/"): return f"Pages of the section {d.split('/')[-1]} in a real browser."
    return f"Tests of {d.removeprefix('tests/')}."
HEAD=open(str(__import__('pathlib').Path(__file__).with_name('pages.head'))).read()
out=[l and "# "+l or "#" for l in HEAD.strip().splitlines()]+["#"]
last=None
for f in sorted(MAP,key=lambda f:(MAP[f]=="-",MAP[f])):
    d=str(pathlib.PurePosixPath(MAP[f]).parent)
    if d!=last: out.append(""); last=d
    out.append(f"{f} -> {MAP[f]}")
out+=["","# new files: + path | docstring"]
out+=[f'+ {d}/__init__.py | {sentence(d)}' for d in NEW]
open(str(__import__('pathlib').Path(__file__).with_name('pages.map')),"w").write("\n".join(out)+"\n")
import json
json.dump({d:sentence(d) for d in NEW},open(str(__import__('pathlib').Path(__file__).with_name('pages.docs.json')),"w"),indent=0,ensure_ascii=False)
