import sys,pathlib,collections
sys.path.insert(0,str(__import__('pathlib').Path(__file__).parent)); import graph
root=pathlib.Path(sys.argv[1]); 
FL=["ground","words","catalog","fetching","networks","data","training","runs","experiments","lessons","making","notebook","__main__","__init__"]
RANK={f:i for i,f in enumerate(FL)}; RANK["data"]=RANK["networks"]; 
RANK["notebook"]=RANK["making"]+1
def target(m,exact,pre,mods):
    """m without tlcore."""
    if m+".__init__" in exact: return exact[m+".__init__"]
    if m in exact: return exact[m]
    for a,b in pre:
        if m==a: return b+".__init__"
        if m.startswith(a+"."): return b+m[len(a):]
    if m.startswith("experiments"): return m
    return None
if __name__=="__main__":
    exact,pre=graph.places()
    mods=graph.modules(root,("tlcore",))
    T={}
    for m in mods:
        s=m[7:] or "__init__"
        t=target(s,exact,pre,mods)
        if t is None: print("UNMAPPED",s)
        T[m]=t
    for a in exact:
        b=a[:-9] if a.endswith(".__init__") else a
        if "tlcore."+b not in mods and b!="__init__": print("GONE",a)
    folders=collections.Counter(t.rpartition('.')[0] for t in T.values() if t)
    for f,n in folders.most_common(8): print(n,f)
    dup=[t for t,n in collections.Counter(T.values()).items() if n>1 and t not in(None,"-")]
    print("dup",dup)
    bad=0
    for m in sorted(mods):
        if not T[m] or T[m]=="-": continue
        fm=T[m].split('.')[0]
        for t,k in sorted(graph.deps(mods,m).items()):
            if k=="type" or not T[t] or T[t]=="-": continue
            ft=T[t].split('.')[0]
            if RANK[ft]>RANK[fm]:
                bad+=1; print(f"UP {T[m]:42} -> {T[t]} {k}")
            if fm==ft=="experiments":
                em,et=T[m].split('.')[1],T[t].split('.')[1]
                if em!=et and (".run" in T[t][12:] or T[t].endswith("command")): print(f"XRUN {T[m]} -> {T[t]} {k}")
    print(bad)
