"""Writes tests.map for tests/core by what each file tests."""
import sys,re,pathlib,collections
sys.path.insert(0,str(__import__('pathlib').Path(__file__).parent)); import graph
root=pathlib.Path(sys.argv[1])
mods=graph.modules(root)
exact,pre=graph.places()
def new(m):
    s=m.removeprefix("tlcore.")
    for k in (s+".__init__",s):
        if k in exact: return exact[k]
    for a,b in pre:
        if s==a: return b+".__init__"
        if s.startswith(a+"."): return b+s[len(a):]
    return s
flat={m.removeprefix("tlcore.").replace(".","_"):m for m in mods if m.startswith("tlcore.") and m not in("tlcore.text","tlcore.language")}
OVER={ # name: (folder, new name)
"archives":("","archives"),"houses":("","houses"),"stand_ins":("","stand_ins"),"toy":("","toy"),"toy_text":("","toy_text"),"toy_worker":("runs","toy_worker"),
"own_house":("","own_house"),"objective_house":("","objective_house"),"export_runs":("experiments.export","export_runs"),"grid_house":("experiments.matrix","grid_house"),
"faulty_server":("fetching","faulty_server"),"hub_server":("fetching","hub_server"),"tiny_hub":("fetching","tiny_hub"),"tiny_fetched":("fetching","tiny_fetched"),
"test_assets":("making","test_assets"),"test_bench_tables":("","test_bench_tables"),"test_cli":("","test_command_line"),"test_crash_points":("runs","test_crash_points"),
"test_even_part":("experiments.take_in","test_even_part"),"test_holds":("runs","test_holds"),"test_pause":("runs","test_pause"),"test_hashes":("runs","test_hashes"),
"test_facts":("words","test_facts"),"test_korean_terms":("words","test_korean_terms"),"test_heads":("training.engine","test_heads"),
"test_minilm":("networks.text","test_minilm"),"test_backbone_families":("networks.vision","test_families"),"test_backbones":("networks","test_backbones"),"test_weights":("networks","test_weights"),
"test_objective_predictions":("experiments.objectives","test_predictions"),"test_objective_tasks":("experiments.objectives","test_tasks"),"test_objective_visible":("experiments.objectives","test_visible"),
"test_one_rule":("experiments.export","test_one_rule"),"test_hub_blocks":("networks.text","test_hub_blocks"),"test_hub_fill":("experiments.objectives","test_hub_fill"),"test_hub_runs":("experiments.generate","test_hub_runs"),
"test_notebook":("","test_notebook"),"test_presets":("experiments","test_presets"),"test_scaling":("experiments.compare","test_scaling"),
"test_text_additions":("training.additions","test_text_additions"),"test_text_fine_tune":("training","test_text_fine_tune"),"test_text_heads":("experiments.text.heads","test_text_heads"),
"test_text_specs":("experiments.text","test_specs"),"test_text_spread":("experiments.text","test_spread"),"test_usual_plans":("training","test_usual_plans"),"test_words":("experiments.words","test_words"),
"test_store_before":("runs.store","test_store_before"),"test_engine_variants":("training.engine","test_variants"),"test_catalogue":("making","test_catalogue"),"test_executor_child":("runs.executors","test_child"),
"test_data":("data","test_data"),"test_claims_judged":("experiments.claims","test_judged"),"test_claims_networks":("experiments.claims","test_networks"),"test_claims_shift":("experiments.claims","test_shift"),
"test_grid_measure":("making.grid","test_measure"),"test_generate":("experiments.generate","test_generate"),"test_break_run":("experiments.break_it","test_run"),
"test_kinds_runs":("experiments.kinds","test_runs"),"test_kinds_small":("experiments.kinds","test_small"),"test_depths":("experiments.claims.depths","test_depths"),"test_depth_curves":("experiments.claims.depths","test_depth_curves"),
}
out=[];unsure=[]
for f in sorted(root.glob("tests/core/*.py")):
    name=f.stem
    if name=="__init__": out.append((f"tests/core/__init__.py","-")); continue
    if name=="conftest": out.append(("tests/core/conftest.py","tests/tlcore/conftest.py")); continue
    if name in OVER: folder,nn=OVER[name]
    else:
        d=[t for t,k in graph.deps(mods,"tests.core."+name).items() if t.startswith("tlcore.")]
        base=name.removeprefix("test_"); prim=flat.get(base)
        if not prim:
            c=[m for k,m in flat.items() if k==base.removeprefix("data_") or base.startswith(k+"_") or k.startswith(base+"_")]
            c=[m for m in c if m in d] or c
            if c: prim=sorted(c,key=lambda m:-len(m))[0]
        if prim: folder=new(prim).rpartition(".")[0]
        else:
            cnt=collections.Counter(new(t).rpartition(".")[0] for t in d); folder=cnt.most_common(1)[0][0] if cnt else ""
            unsure.append((name,folder))
        parts=folder.split(".")
        if "run" in parts: parts=parts[:parts.index("run")]
        folder=".".join(parts); nn=name
        last=parts[-1]
        for pfx in {last,last.rstrip("s"),*(p for p in parts),"own" if last=="own" else "", "language" if "language" in parts else "","text" if last in("texts","corpus") else "","grid" if "grid" in parts or last=="matrix" else "","break" if last=="break_it" else "","data" if parts[0]=="data" else "","drawn"}:
            if pfx and name.startswith(f"test_{pfx}_"): nn="test_"+name[len(f"test_{pfx}_"):]; break
    to="tests/tlcore/"+(folder.replace(".","/")+"/" if folder else "")+nn+".py"
    out.append((f"tests/core/{name}.py",to))
seen=collections.Counter(b for a,b in out if b!="-")
for b,n in seen.items():
    if n>1: print("CLASH",b,[a for a,x in out if x==b])
for f in sorted((root/"tests/core/drawn").glob("*")): out.append((f"tests/core/drawn/{f.name}",f"tests/tlcore/data/drawn/drawn/{f.name}"))
pathlib.Path(str(__import__('pathlib').Path(__file__).with_name('tests.map'))).write_text("\n".join(f"{a} -> {b}" for a,b in out)+"\n")
print("unsure",unsure)
print(collections.Counter(b.rpartition("/")[0] for a,b in out if b!="-").most_common(6))
