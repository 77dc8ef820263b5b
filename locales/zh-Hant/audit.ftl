### The audit trail

audit-intro = 誰在何時做了什麼。只能追加，管理員也不能修改。
audit-whole = 記錄完整：{ $count } 則，編號與校驗鏈連續。
audit-broken = 記錄在第 { $seq } 則處中斷：有條目缺失或被改動。
audit-entries = 記錄
audit-number = 編號
audit-time = 時間
audit-who = 何人
audit-what = 何事
audit-target = 對象
audit-outcome = 結果
audit-address = 來源位址
audit-earlier = 更早的記錄
audit-done = 完成
audit-denied = 拒絕
audit-failed = 失敗
audit-sign-in = 登入
audit-sign-out = 登出
audit-denied-attempt = 越權嘗試
audit-account-created = 建立帳號
audit-account-closed = 關閉帳號
audit-posts-changed = 崗位變動
audit-password-changed = 變更密碼
audit-export = 匯出
